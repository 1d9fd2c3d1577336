package dev.gatun.graph;

import dev.gatun.op.Binary;
import dev.gatun.op.Fill;
import dev.gatun.op.function.BinaryFunction;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Masks that several elements share: ones that a dropout thins out before they multiply. Where nothing is dropped they
 * multiply by 1, and go with their products.
 */
final class SharedMasks {
    private final Graph graph;
    private final Map<Value, List<Node>> uses;
    private final Map<Value, Node> producers;

    SharedMasks(Graph graph) {
        this.graph = graph;
        this.uses = graph.uses();
        this.producers = graph.producers();
    }

    /** Whether a node only serves masks: it makes their ones, or thins them out. */
    boolean serves(Node node) {
        return isMask(node)
                || (isOnes(node) && !usesOf(node).isEmpty() && usesOf(node).stream().allMatch(this::isMask));
    }

    /** Whether a node multiplies by a mask. */
    boolean isMasked(Node node) {
        return isProduct(node) && isMask(producers.get(node.inputs().get(1)));
    }

    private boolean isMask(@Nullable Node node) {
        return node != null && node.op().trainingOnly() && !graph.outputs().containsValue(node.output())
                && isOnes(producers.get(node.inputs().getFirst()))
                && usesOf(node).stream().allMatch(use -> isProduct(use)
                        && use.inputs().getFirst() != node.output() && use.inputs().get(1) == node.output());
    }

    private boolean isOnes(@Nullable Node node) {
        return node != null && node.op() instanceof Fill(var _, double value) && value == 1
                && !graph.outputs().containsValue(node.output());
    }

    private static boolean isProduct(Node node) {
        return node.op() instanceof Binary(BinaryFunction function) && function == BinaryFunction.MULTIPLY
                && node.output().type().equals(node.inputs().getFirst().type());
    }

    private List<Node> usesOf(Node node) {
        return uses.getOrDefault(node.output(), List.of());
    }
}
