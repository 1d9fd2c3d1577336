package dev.gatun.io.onnx;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.Broadcast;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.Fill;
import dev.gatun.op.Op;
import dev.gatun.op.Reshape;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * A graph whose shapes are known for every batch size. How they depend on it is found by comparing the graphs of two
 * batch sizes.
 */
final class BatchGraph {
    /** Neither 0 nor 1, which broadcast, nor an extent that is usual. */
    private static final int BATCH = 7;

    private final Graph graph;
    private final Map<Value, List<BatchExtent>> shapes = new HashMap<>();

    /**
     * Compares two descriptions of a graph.
     *
     * @param graphs the graph for a batch size
     * @throws OnnxException when they differ in more than their shapes
     */
    BatchGraph(IntFunction<Graph> graphs) {
        graph = graphs.apply(BATCH);
        Graph next = graphs.apply(BATCH + 1);
        if (graph.nodes().size() != next.nodes().size() || graph.inputs().size() != next.inputs().size()) {
            throw new OnnxException(
                    "the graph has other operations for another batch size, which ONNX cannot express");
        }
        compareAll(graph.inputs(), next.inputs());
        compareAll(graph.variables(), next.variables());
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node node = graph.nodes().get(i);
            if (!isSame(node.op(), next.nodes().get(i).op())) {
                throw new OnnxException("operation " + node.name() + " (" + node.op().name()
                        + ") is another one for another batch size, which ONNX cannot express");
            }
            compareAll(node.outputs(), next.nodes().get(i).outputs());
        }
    }

    /** Some operations hold the shape of their result, which is compared as the shape of a value. */
    private static boolean isSame(Op first, Op second) {
        return switch (first) {
            case Reshape _ -> second instanceof Reshape;
            case Broadcast _ -> second instanceof Broadcast;
            case Fill fill -> second instanceof Fill other && fill.value() == other.value();
            case ConvolutionBackwardData data -> second instanceof ConvolutionBackwardData other
                    && data.forward().equals(other.forward());
            case Op op -> op.equals(second);
        };
    }

    private void compareAll(List<Value> values, List<Value> next) {
        for (int i = 0; i < values.size(); i++) {
            Shape first = values.get(i).type().shape();
            Shape second = next.get(i).type().shape();
            List<BatchExtent> extents = new ArrayList<>();
            for (int axis = 0; axis < first.rank(); axis++) {
                extents.add(BatchExtent.of(BATCH, first.extent(axis), second.extent(axis)));
            }
            shapes.put(values.get(i), extents);
        }
    }

    /** Returns the graph for one batch size, which tells everything but the shapes. */
    Graph graph() {
        return graph;
    }

    List<BatchExtent> shape(Value value) {
        return Objects.requireNonNull(shapes.get(value));
    }
}
