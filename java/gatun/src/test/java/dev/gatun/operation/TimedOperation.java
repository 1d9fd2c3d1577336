package dev.gatun.operation;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.reference.GraphRunner;
import dev.gatun.reference.OpCase;
import dev.gatun.shape.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * An operation at a size that is worth timing.
 *
 * @param opCase the operation with its gradients
 * @param values draws the elements of its operands
 */
public record TimedOperation(OpCase opCase, Map<String, Supplier<double[]>> values) {
    /** What it is called in tables. */
    public String name() {
        return opCase.name();
    }

    /** The graph, with its gradients where it has any. */
    public Graph graph() {
        return Claims.graph(opCase, DType.F32);
    }

    /** What is timed of such a graph: the operation, and what makes its gradient. */
    public static List<Node> nodes(Graph graph) {
        return DrawnCase.nodes(graph);
    }

    /** Sets all inputs and variables of a graph of this case. */
    public void fill(Graph graph, GraphRunner runner) {
        graph.variables().forEach(value -> runner.set(value.name(), Objects.requireNonNull(values.get(value.name()))
                .get()));
        for (Value input : graph.inputs()) {
            Supplier<double[]> drawn = values.get(input.name());
            runner.set(input.name(), drawn != null ? drawn.get() : ones(input.type().shape().elements()));
        }
    }

    /** What the loss weights results with. */
    private static double[] ones(long count) {
        double[] ones = new double[Math.toIntExact(count)];
        Arrays.fill(ones, 1);
        return ones;
    }
}
