package dev.gatun.graph;

import dev.gatun.op.Op;
import dev.gatun.op.Softmax;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.function.SoftmaxKind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of a model one of its outputs depends on: no loss and no labels where the output needs none. Probabilities that
 * a loss computes on its way become those of a {@link Softmax} of the same scores, so that new inputs need no labels.
 */
public final class Prediction {
    private static final int PROBABILITIES = 1; // among the outputs of a SoftmaxCrossEntropy

    private final Graph graph;
    private final Set<Value> needed = new HashSet<>();

    private Prediction(Graph graph) {
        this.graph = graph;
    }

    /**
     * The part of a model that computes an output.
     *
     * @param graph  of a model in its {@linkplain Inference inference form}
     * @param output the only one that stays
     * @throws IllegalArgumentException when there is no such output
     */
    public static Graph of(Graph graph, String output) {
        return new Prediction(graph).only(output, graph.output(output));
    }

    private Graph only(String name, Value output) {
        needed.add(output);
        for (Node node : graph.nodes().reversed()) {
            if (node.outputs().stream().anyMatch(needed::contains)) {
                needed.addAll(givesProbabilitiesOnly(node) ? List.of(node.inputs().getFirst()) : node.inputs());
            }
        }
        GraphBuilder target = new GraphBuilder();
        Map<Value, Value> copies = new HashMap<>();
        graph.inputs().stream().filter(needed::contains)
                .forEach(value -> copies.put(value, target.input(value.name(), value.type())));
        graph.variables().stream().filter(needed::contains).forEach(value -> {
            Variable variable = value.variable();
            if (variable != null) {
                copies.put(value, target.variable(variable, value.type()));
            }
        });
        graph.nodes().stream().filter(node -> node.outputs().stream().anyMatch(needed::contains))
                .forEach(node -> copy(node, target, copies));
        Value copy = copies.get(output);
        if (copy == null) {
            throw new IllegalStateException("nothing makes " + output);
        }
        target.output(name, copy);
        return target.build();
    }

    private boolean givesProbabilitiesOnly(Node node) {
        return node.op() instanceof SoftmaxCrossEntropy
                && node.outputs().stream().filter(needed::contains).toList()
                        .equals(List.of(node.outputs().get(PROBABILITIES)));
    }

    private void copy(Node node, GraphBuilder target, Map<Value, Value> copies) {
        if (givesProbabilitiesOnly(node)) {
            Op softmax = new Softmax(1, SoftmaxKind.SOFTMAX);
            copies.put(node.outputs().get(PROBABILITIES),
                    target.apply(node.name(), softmax, copied(copies, node.inputs().getFirst())));
            return;
        }
        Node made = target.node(node.name(), node.op(),
                node.inputs().stream().map(value -> copied(copies, value)).toList());
        for (int i = 0; i < made.outputs().size(); i++) {
            copies.put(node.outputs().get(i), made.outputs().get(i));
        }
    }

    private static Value copied(Map<Value, Value> copies, Value value) {
        Value copy = copies.get(value);
        if (copy == null) {
            throw new IllegalStateException("value used before it was made: " + value);
        }
        return copy;
    }
}
