package dev.gatun.graph;

import dev.gatun.op.Activation;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Binary;
import dev.gatun.op.BinaryFunction;
import dev.gatun.op.Convolution;
import dev.gatun.op.Linear;
import dev.gatun.op.Op;
import dev.gatun.op.Reshape;
import dev.gatun.op.Unary;
import dev.gatun.op.UnaryFunction;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges operations that one kernel does in one pass over memory: a ReLU into the convolution, linear layer,
 * normalisation or addition before it, and a flattening into the linear layer after it (whose weight is then seen as
 * {@code (O, C, H, W)}, which has the same row-major order).
 */
public final class Fusion {
    private final Graph graph;
    private final Map<Value, List<Node>> uses;
    private final Set<Value> outputs;

    private Fusion(Graph graph) {
        this.graph = graph;
        this.uses = graph.uses();
        this.outputs = new HashSet<>(graph.outputs().values());
    }

    /** A graph that computes the same with fewer nodes. */
    public static Graph fuse(Graph graph) {
        return new Fusion(graph).run();
    }

    private Graph run() {
        Rewriter rewriter = new Rewriter(graph);
        IdentityHashMap<Node, Node> absorbed = new IdentityHashMap<>(); // ReLU -> producer that applies it, flatten -> linear
        for (Node node : graph.nodes()) {
            if (absorbed.containsKey(node)) {
                continue;
            }
            Node next = onlyUse(node.output());
            if (next != null && isRelu(next.op()) && withRelu(node.op()) != null) {
                Op fused = withRelu(node.op());
                if (fused != null) {
                    rewriter.replace(next.output(), rewriter.emit(node, fused, node.inputs()).output());
                    absorbed.put(next, node);
                }
            } else if (node.op() instanceof Reshape && next != null && canReadImage(node, next)) {
                Value weight = next.inputs().get(1);
                Variable variable = weight.variable();
                if (variable != null) {
                    Shape image = node.inputs().getFirst().type().shape();
                    TensorType seen = weight.type().withShape(image.with(0, weight.type().shape().extent(0)));
                    rewriter.reshape(weight, variable, seen);
                    rewriter.replace(node.output(), rewriter.copy(node.inputs().getFirst()));
                }
            } else {
                rewriter.emit(node, node.op(), node.inputs());
            }
        }
        return rewriter.finish();
    }

    private @Nullable Node onlyUse(Value value) {
        List<Node> users = uses.getOrDefault(value, List.of());
        return users.size() == 1 && !outputs.contains(value) ? users.getFirst() : null;
    }

    private boolean canReadImage(Node flatten, Node next) {
        return next.op() instanceof Linear
                && next.inputs().getFirst() == flatten.output()
                && flatten.inputs().getFirst().type().shape().rank() == 4
                && flatten.op().equals(Reshape.flatten(flatten.inputs().getFirst().type().shape()))
                && next.inputs().get(1).variable() != null
                && uses.getOrDefault(next.inputs().get(1), List.of()).size() == 1;
    }

    private static boolean isRelu(Op op) {
        return op.equals(new Unary(UnaryFunction.RELU));
    }

    private static @Nullable Op withRelu(Op op) {
        return switch (op) {
            case Convolution convolution when convolution.activation() == Activation.NONE ->
                convolution.with(Activation.RELU);
            case BatchNormalization normalization when normalization.activation() == Activation.NONE ->
                normalization.with(Activation.RELU);
            case Linear linear when linear.activation() == Activation.NONE -> new Linear(Activation.RELU);
            case Binary sum when sum.function() == BinaryFunction.ADD && sum.activation() == Activation.NONE ->
                sum.with(Activation.RELU);
            default -> null;
        };
    }
}
