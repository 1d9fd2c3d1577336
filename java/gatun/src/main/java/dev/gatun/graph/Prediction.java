package dev.gatun.graph;

import dev.gatun.op.Softmax;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.function.SoftmaxKind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Extracts from a model the part that one output depends on, without loss and labels where the output does not depend
 * on them. Probabilities that a loss computes are replaced by a {@link Softmax} of the same scores, so that new inputs
 * need no labels.
 */
public final class Prediction {
    private static final int PROBABILITIES = 1; // among the outputs of a SoftmaxCrossEntropy

    private final Graph graph;
    private final Set<Value> needed = new HashSet<>();

    private Prediction(Graph graph) {
        this.graph = graph;
    }

    /**
     * Returns the part of a model that computes an output.
     *
     * @param graph  a model in its {@linkplain Inference inference form}
     * @param output name of the only output that is kept
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
        Rewriter rewriter = new Rewriter(graph, needed::contains);
        graph.variables().stream().filter(needed::contains).forEach(rewriter::copy); // in their order
        graph.nodes().stream().filter(node -> node.outputs().stream().anyMatch(needed::contains))
                .forEach(node -> copy(node, rewriter));
        return rewriter.finish(name, output);
    }

    private boolean givesProbabilitiesOnly(Node node) {
        return node.op() instanceof SoftmaxCrossEntropy
                && node.outputs().stream().filter(needed::contains).toList()
                        .equals(List.of(node.outputs().get(PROBABILITIES)));
    }

    private void copy(Node node, Rewriter rewriter) {
        if (givesProbabilitiesOnly(node)) {
            rewriter.replace(node.outputs().get(PROBABILITIES), rewriter.add(node.name(),
                    new Softmax(1, SoftmaxKind.SOFTMAX), rewriter.copy(node.inputs().getFirst())));
        } else {
            rewriter.emit(node, node.op(), node.inputs());
        }
    }
}
