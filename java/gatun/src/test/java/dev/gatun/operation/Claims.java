package dev.gatun.operation;

import dev.gatun.backend.Device;
import dev.gatun.backend.Support;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.reference.OpCase;
import dev.gatun.shape.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What devices offer and refuse of the operations of cases, with the reasons. */
final class Claims {
    private final SortedMap<String, Map<String, Integer>> rows = new TreeMap<>();

    /** The graph of a case with its gradients, where it has any. */
    static Graph graph(OpCase opCase, DType dtype) {
        Graph graph = opCase.graph(dtype);
        return graph.outputs().containsKey("loss") ? Differentiation.differentiate(graph, "loss") : graph;
    }

    /** Adds what a device says to every operation of a graph; gives the first reason for a refusal. */
    Optional<String> add(String name, Device device, DType dtype, Graph graph) {
        Optional<String> refusal = Optional.empty();
        for (Node node : graph.nodes()) {
            String row = String.format(Locale.ROOT, "%-36s %-14s %-4s", node.op().name(), name, dtype.lowerCase());
            String answer = switch (device.supports(node.op(), node.inputTypes())) {
                case Support.Yes _ -> "offered";
                case Support.No(String reason) -> reason;
            };
            rows.computeIfAbsent(row, _ -> new HashMap<>()).merge(answer, 1, Integer::sum);
            refusal = refusal.isPresent() || answer.equals("offered") ? refusal : Optional.of(answer);
        }
        return refusal;
    }

    /** A line for each operation, device and type: how often it is offered, and why it is not. */
    String text() {
        StringBuilder text = new StringBuilder();
        rows.forEach((row, answers) -> {
            text.append(row).append(" offered ").append(answers.getOrDefault("offered", 0));
            List<String> reasons = answers.keySet().stream().filter(answer -> !answer.equals("offered")).sorted()
                    .toList();
            reasons.forEach(reason -> text.append(", refused ").append(answers.get(reason)).append(": ")
                    .append(reason));
            text.append('\n');
        });
        return text.toString();
    }
}
