package dev.gatun.engine;

import dev.gatun.backend.ConvolutionMethod;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.Operand;
import dev.gatun.backend.Region;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.shape.Stored;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Problems in words, by which choices are remembered: two layers that compute the same have the same words, and no
 * words depend on a name, a file or a run.
 */
final class Problems {
    private Problems() {}

    /** Which layout the activations of a graph should take. */
    static String layout(Graph graph, ConvolutionMethod convolution) {
        Map<Value, Integer> numbers = new HashMap<>();
        StringBuilder text = new StringBuilder();
        graph.inputs().forEach(value -> declare(text, numbers, value));
        graph.variables().forEach(value -> declare(text, numbers, value));
        for (Node node : graph.nodes()) {
            text.append(node.phase()).append(' ').append(node.op()).append(numbers(numbers, node.inputs()))
                    .append('\n');
            node.outputs().forEach(value -> declare(text, numbers, value));
        }
        text.append(numbers(numbers, List.copyOf(graph.outputs().values()))).append(numbers(numbers,
                List.copyOf(graph.gradients().values())));
        return "layout of " + graph.nodes().size() + " operations " + ChoiceCache.digest(text.toString())
                + by(convolution);
    }

    private static void declare(StringBuilder text, Map<Value, Integer> numbers, Value value) {
        numbers.put(value, numbers.size());
        text.append(value.type()).append('\n');
    }

    private static List<Integer> numbers(Map<Value, Integer> numbers, List<Value> values) {
        return values.stream().map(value -> numbers.getOrDefault(value, -1)).toList();
    }

    /** Which candidate computes a region. */
    static String kernel(Region region, KernelRequest request) {
        return region.nodes().stream().map(node -> node.op().toString()).collect(Collectors.joining(" + "))
                + " of " + request.inputs().stream().map(Problems::operand).collect(Collectors.joining(", "))
                + " for " + request.policy() + by(request.convolution());
    }

    /** What was chosen among some candidates only says nothing about all of them. */
    private static String by(ConvolutionMethod convolution) {
        return convolution == ConvolutionMethod.AUTO ? "" : " by " + convolution;
    }

    private static String operand(Operand operand) {
        Stored stored = operand.stored();
        return stored == null ? operand.type().toString() : stored.type() + ":" + stored.layout();
    }
}
