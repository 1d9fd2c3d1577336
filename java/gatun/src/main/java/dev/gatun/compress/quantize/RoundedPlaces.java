package dev.gatun.compress.quantize;

import dev.gatun.compress.LayerNames;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.Binary;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.Linear;
import dev.gatun.op.MatMul;
import dev.gatun.op.Pool;
import dev.gatun.op.Recurrent;
import dev.gatun.op.Reshape;
import dev.gatun.op.ScaledDotProductAttention;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.PoolKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where a graph is rounded: the weight of each layer, what each layer reads, and the shortcuts that are added to what a
 * layer gives, so that kernels on integers find their operands as integers.
 */
final class RoundedPlaces {
    private final Graph graph;
    private final Map<Value, Node> producers;
    private final Map<Value, List<Node>> uses;
    private final Map<Value, String> activations = new LinkedHashMap<>();
    private final List<Node> layers = new ArrayList<>();
    private final List<QuantizedLayer> report = new ArrayList<>();

    private RoundedPlaces(Graph graph) {
        this.graph = graph;
        producers = graph.producers();
        uses = graph.uses();
    }

    /**
     * Finds the places of a graph.
     *
     * @throws IllegalArgumentException when it is rounded already, or an ignored layer does not exist
     */
    static RoundedPlaces of(Graph graph, List<String> ignored) {
        RoundedPlaces places = new RoundedPlaces(graph);
        places.find(ignored);
        return places;
    }

    private void find(List<String> ignored) {
        for (Node node : graph.nodes()) {
            if (node.op() instanceof FakeQuantize) {
                throw new IllegalArgumentException("the network is quantized already, at " + node.name()
                        + ": quantize the network that it was made of");
            }
        }
        Set<String> kept = LayerNames.of(graph.nodes().stream().filter(RoundedPlaces::multiplies).toList())
                .matching(ignored);
        for (Node node : graph.nodes()) {
            if (multiplies(node)) {
                look(node, kept);
            }
        }
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("no layer can be quantized: " + report);
        }
        Set<Node> rounded = new HashSet<>(layers);
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Binary(BinaryFunction function) && function == BinaryFunction.ADD) {
                shortcut(node, rounded);
            }
        }
    }

    private static boolean multiplies(Node node) {
        return switch (node.op()) {
            case Convolution _, ConvolutionBackwardData _, Linear _, MatMul _, Recurrent _,
                    ScaledDotProductAttention _ -> true;
            default -> false;
        };
    }

    private void look(Node node, Set<String> kept) {
        String reason = kept.contains(node.name()) ? "it is to stay in f32"
                : !(node.op() instanceof Convolution || node.op() instanceof Linear)
                        ? node.op().name() + " has no form on integers"
                : !node.inputs().get(1).isParameter() ? "its weight is no parameter"
                : uses.getOrDefault(node.inputs().get(1), List.of()).size() > 1 ? "its weight is shared" : "";
        report.add(new QuantizedLayer(node.name(), node.op().name(), reason));
        if (reason.isEmpty()) {
            layers.add(node);
            activations.putIfAbsent(origin(node.inputs().getFirst()), node.name() + ".input");
        }
    }

    /** What is rounded in place of a value that is only moved or compared: the integers are the same. */
    private Value origin(Value value) {
        Node producer = producers.get(value);
        if (producer == null) {
            return value;
        }
        boolean moved = producer.op() instanceof Reshape
                || (producer.op() instanceof Pool pool && pool.kind() == PoolKind.MAX);
        return moved && uses.getOrDefault(producer.inputs().getFirst(), List.of()).size() == 1
                ? origin(producer.inputs().getFirst()) : value;
    }

    /** Of two layers that are added the later one takes in the sum, and reads the other's result. */
    private void shortcut(Node sum, Set<Node> rounded) {
        Value a = sum.inputs().get(0);
        Value b = sum.inputs().get(1);
        Node left = producers.get(a);
        Node right = producers.get(b);
        if (!a.type().equals(b.type()) || left == null || right == null || !rounded.contains(left)
                || !rounded.contains(right)) {
            return;
        }
        boolean first = graph.nodes().indexOf(left) < graph.nodes().indexOf(right);
        activations.putIfAbsent(first ? a : b, sum.name() + ".shortcut");
    }

    /** The layers whose weights are rounded. */
    List<Node> layers() {
        return layers;
    }

    /** The activations that are rounded, with the names of their roundings. */
    Map<Value, String> activations() {
        return activations;
    }

    /** All layers that multiply, and why some stay. */
    List<QuantizedLayer> report() {
        return List.copyOf(report);
    }
}
