package dev.gatun.compress.quantize;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Binary;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.Fill;
import dev.gatun.op.Linear;
import dev.gatun.op.Reshape;
import dev.gatun.op.function.BinaryFunction;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A layer with a batch normalisation behind it that it can take in.
 *
 * @param layer         a convolution, a transposed one, or a linear layer
 * @param normalization what follows
 * @param sum           the addition of a bias between them; null where there is none
 * @param bias          the bias, an input of the layer or of the sum; null for none
 */
record FoldableLayer(Node layer, Node normalization, @Nullable Node sum, @Nullable Value bias) {
    /** Finds all of a graph, by their normalisations. */
    static Map<Node, FoldableLayer> find(Graph graph) {
        Map<Value, Node> producers = graph.producers();
        Map<Value, List<Node>> uses = new HashMap<>(graph.uses());
        graph.outputs().values().forEach(value -> uses.put(value, List.of())); // whoever reads it wants it as it is
        Map<Node, FoldableLayer> found = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (node.op() instanceof BatchNormalization && node.inputs().stream().skip(1)
                    .allMatch(value -> isKnown(value, producers))) {
                FoldableLayer layer = before(node, producers, uses);
                if (layer != null) {
                    found.put(node, layer);
                }
            }
        }
        return found;
    }

    private static @Nullable FoldableLayer before(
            Node normalization, Map<Value, Node> producers, Map<Value, List<Node>> uses) {
        Value x = normalization.inputs().getFirst();
        Node node = producers.get(x);
        if (node == null || !readOnce(x, uses)) {
            return null;
        }
        if (!(node.op() instanceof Binary(BinaryFunction function)) || function != BinaryFunction.ADD) {
            return of(node, normalization, null, node.inputs().size() > 2 ? node.inputs().get(2) : null, uses);
        }
        Node product = producers.get(node.inputs().getFirst());
        Node shift = producers.get(node.inputs().get(1));
        if (product == null || product.inputs().size() != 2 || !readOnce(product.output(), uses)
                || shift == null || !(shift.op() instanceof Reshape) || !readOnce(shift.output(), uses)) {
            return null;
        }
        return of(product, normalization, node, shift.inputs().getFirst(), uses);
    }

    private static @Nullable FoldableLayer of(Node layer, Node normalization, @Nullable Node sum,
            @Nullable Value bias, Map<Value, List<Node>> uses) {
        boolean isLayer = layer.op() instanceof Convolution || layer.op() instanceof Linear
                || layer.op() instanceof ConvolutionBackwardData;
        return isLayer && isOwn(layer.inputs().get(1), uses) && (bias == null || isOwn(bias, uses))
                ? new FoldableLayer(layer, normalization, sum, bias) : null;
    }

    private static boolean readOnce(Value value, Map<Value, List<Node>> uses) {
        return uses.getOrDefault(value, List.of()).size() == 1;
    }

    /** Whether a variable belongs to one layer only. */
    private static boolean isOwn(Value value, Map<Value, List<Node>> uses) {
        return value.isParameter() && readOnce(value, uses);
    }

    private static boolean isKnown(Value value, Map<Value, Node> producers) {
        Node node = producers.get(value);
        return value.variable() != null || (node != null && node.op() instanceof Fill);
    }

    /** How many channels the layer gives. */
    int channels() {
        return Math.toIntExact(normalization.inputs().get(1).type().shape().extent(0));
    }

    /** The channel that an element of the layer's weight belongs to. */
    int channel(int element) {
        long[] extents = layer.inputs().get(1).type().shape().extents();
        int filter = Math.toIntExact(layer.inputs().get(1).type().shape().elements() / extents[0]);
        if (!(layer.op() instanceof ConvolutionBackwardData transposed)) {
            return element / filter;
        }
        int window = Math.toIntExact(filter / extents[1]); // (inputs, channels / groups, window...)
        int inputsOfGroup = Math.toIntExact(extents[0] / transposed.forward().groups());
        int group = element / filter / inputsOfGroup;
        return group * Math.toIntExact(extents[1]) + element % filter / window;
    }
}
