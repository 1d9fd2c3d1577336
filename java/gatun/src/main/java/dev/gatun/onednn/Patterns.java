package dev.gatun.onednn;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.onednn.primitive.Eltwise;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.BatchNormalizationBackward;
import dev.gatun.op.Binary;
import dev.gatun.op.Convolution;
import dev.gatun.op.Linear;
import dev.gatun.op.Unary;
import dev.gatun.op.UnaryBackward;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the CPU computes in one pass over memory: a function of one variable after a convolution or a linear layer, a
 * ReLU after a normalisation or a sum, the normalisation, sum and ReLU that end a residual block, and in the backward
 * pass a ReLU's gradient before a normalisation's, or after the sum of two gradients. A value inside a pattern never
 * exists, so nobody else may read it.
 */
@SuppressWarnings("ReferenceEquality") // nodes and matches are told apart by identity, as the graph does
final class Patterns {
    /** A pattern that was found. */
    sealed interface Match {}

    /** One node as it is. */
    record Single(Node node) implements Match {}

    /** A node whose first output only a function of one variable reads. */
    record Followed(Node node, Node activation) implements Match {
        ScalarFunction function() {
            return ((Unary) activation.op()).function();
        }
    }

    /** The end of a residual block: a normalisation, to which a shortcut is added, and a ReLU. */
    record NormalizationThenSum(Node normalization, Value addend, Node sum, Node relu) implements Match {}

    /** The gradient of a normalisation that a ReLU follows, both gradients at once. */
    record ReluThenNormalizationBackward(Node relu, Node normalization) implements Match {}

    /** The gradient of a ReLU whose result has two gradients. */
    record SumThenReluBackward(Node sum, Node relu) implements Match {}

    private final Graph graph;
    private final Map<Value, List<Node>> uses;
    private final Set<Value> shown;
    private final Map<Value, Integer> positions = new HashMap<>();
    private final IdentityHashMap<Node, Match> matches = new IdentityHashMap<>();

    private Patterns(Graph graph) {
        this.graph = graph;
        this.uses = graph.uses();
        this.shown = new HashSet<>(graph.outputs().values());
        this.shown.addAll(graph.gradients().values());
        for (int i = 0; i < graph.nodes().size(); i++) {
            for (Value output : graph.nodes().get(i).outputs()) {
                positions.put(output, i);
            }
        }
    }

    /** Covers a graph with patterns; every node is in exactly one. */
    static List<Match> find(Graph graph) {
        return new Patterns(graph).run();
    }

    private List<Match> run() {
        Set<Match> found = new LinkedHashSet<>();
        for (Node node : graph.nodes()) {
            if (!matches.containsKey(node)) {
                match(node);
            }
            found.add(Objects.requireNonNull(matches.get(node)));
        }
        return List.copyOf(found);
    }

    private void match(Node node) {
        Node next = onlyReader(node);
        if (next == null) {
            matches.put(node, new Single(node));
            return;
        }
        switch (node.op()) {
            case Convolution _, Linear _ when isFunction(next) -> claim(new Followed(node, next), node, next);
            case Binary sum when isSum(node, sum) && isRelu(next) -> claim(new Followed(node, next), node, next);
            case Binary sum when isSum(node, sum) && isReluBackwardOf(next, node) ->
                claim(new SumThenReluBackward(node, next), node, next);
            case BatchNormalization op when isRelu(next) -> normalization(op, node, next);
            case BatchNormalization op when NormalizationPlans.isOwn(op, node.inputTypes().getFirst())
                    && next.op() instanceof Binary sum && isSum(next, sum) -> residual(node, next);
            default -> matches.put(node, new Single(node));
        }
    }

    /**
     * Only where the shortcut is there before the normalisation, so that one call can compute all. Its gradient is that
     * of each node alone: the ReLU's reads what the ReLU gave.
     */
    private void residual(Node normalization, Node sum) {
        Node relu = onlyReader(sum);
        Value addend = sum.inputs().get(sum.inputs().getFirst().equals(normalization.output()) ? 1 : 0);
        if (relu != null && isRelu(relu) && !addend.equals(normalization.output()) && isBefore(addend, normalization)) {
            claim(new NormalizationThenSum(normalization, addend, sum, relu), normalization, sum, relu);
        } else {
            matches.put(normalization, new Single(normalization));
        }
    }

    /** Whether a value is an input, a variable, or the result of an earlier node. */
    private boolean isBefore(Value value, Node node) {
        return positions.getOrDefault(value, -1) < positions.getOrDefault(node.output(), -1);
    }

    private void claim(Match match, Node... nodes) {
        for (Node node : nodes) {
            matches.put(node, match);
        }
    }

    /**
     * A normalisation remembers for its gradient where the ReLU was positive, in a form that only the gradient of both
     * understands: in training they go together, or not at all.
     */
    private void normalization(BatchNormalization op, Node node, Node relu) {
        List<Node> gradients = graph.nodes().stream()
                .filter(other -> node.equals(other.forward()) && other.op() instanceof BatchNormalizationBackward)
                .toList();
        if (gradients.isEmpty()) {
            claim(new Followed(node, relu), node, relu);
            return;
        }
        if (op.mode() != BatchNormalization.Mode.TRAINING) { // frozen statistics: nothing is remembered
            matches.put(node, new Single(node));
            return;
        }
        Node backward = gradients.getFirst();
        Node reluBackward = graph.nodes().stream()
                .filter(other -> other.outputs().contains(backward.inputs().get(1))).findFirst().orElse(null);
        if (gradients.size() == 1 && reluBackward != null
                && reluBackward.op().equals(new UnaryBackward(UnaryFunction.RELU))
                && reluBackward.inputs().getFirst() == relu.output() && backward.equals(onlyReader(reluBackward))) {
            claim(new Followed(node, relu), node, relu);
            claim(new ReluThenNormalizationBackward(reluBackward, backward), reluBackward, backward);
        } else {
            matches.put(node, new Single(node));
        }
    }

    /** The node that reads a node's first output, once and alone, in the same part of the step. */
    private @Nullable Node onlyReader(Node node) {
        if (node.outputs().isEmpty() || shown.contains(node.output())) {
            return null;
        }
        List<Node> readers = uses.getOrDefault(node.output(), List.of());
        Node reader = readers.size() == 1 ? readers.getFirst() : null;
        return reader == null || reader.phase() != node.phase() || matches.containsKey(reader) ? null : reader;
    }

    private static boolean isSum(Node node, Binary op) {
        return op.function() == BinaryFunction.ADD
                && node.inputTypes().stream().allMatch(type -> type.equals(node.output().type()));
    }

    private static boolean isFunction(Node node) {
        return node.op() instanceof Unary(ScalarFunction function) && Eltwise.keepsNan(function);
    }

    private static boolean isRelu(Node node) {
        return node.op().equals(new Unary(UnaryFunction.RELU));
    }

    private static boolean isReluBackwardOf(Node node, Node diff) {
        return node.op().equals(new UnaryBackward(UnaryFunction.RELU)) && node.inputs().get(1) == diff.output()
                && node.inputs().get(0) != diff.output();
    }
}
