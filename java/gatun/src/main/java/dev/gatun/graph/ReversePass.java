package dev.gatun.graph;

import dev.gatun.op.Binary;
import dev.gatun.op.Cast;
import dev.gatun.op.Op;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.shape.DType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One walk over the nodes of a graph, last to first, that adds the gradients of a scalar to the graph. */
final class ReversePass {
    private final GraphBuilder builder;
    private final Node.Phase phase;
    private final List<Node> nodes;
    private final Collection<Value> targets;
    private final Set<Value> needed;
    private final Set<Value> rounded = new HashSet<>();
    private final Map<Value, List<Value>> contributions = new HashMap<>();

    /**
     * Prepares a walk.
     *
     * @param phase   of the nodes that are added
     * @param nodes   what is differentiated, in execution order
     * @param targets what it is differentiated by
     */
    ReversePass(GraphBuilder builder, Node.Phase phase, List<Node> nodes, Collection<Value> targets) {
        this.builder = builder;
        this.phase = phase;
        this.nodes = List.copyOf(nodes);
        this.targets = targets;
        this.needed = new HashSet<>(targets);
        for (Node node : this.nodes) {
            if (node.op() instanceof Cast cast && cast.dtype().bytes() < node.inputTypes().getFirst().dtype().bytes()) {
                rounded.add(node.output());
            }
            if (!node.op().stopsGradient() && node.inputs().stream().anyMatch(needed::contains)) {
                node.outputs().stream().filter(value -> value.type().dtype().isFloating()).forEach(needed::add);
            }
        }
    }

    /** Whether a target is the value or among its ancestors. */
    boolean isNeeded(Value value) {
        return needed.contains(value);
    }

    /** The gradient by each target that influences the scalar. */
    Map<Value, Value> run(Value scalar, Value seed) {
        contribute(scalar, seed);
        for (Node node : nodes.reversed()) {
            if (node.outputs().stream().anyMatch(value -> isNeeded(value) && contributions.containsKey(value))) {
                GradientRules.apply(node, this);
            }
        }
        Map<Value, Value> gradients = new HashMap<>();
        for (Value target : targets) {
            List<Value> parts = contributions.get(target);
            if (parts != null) {
                gradients.put(target, cast(target.name(), sum(target.name(), parts), target.type().dtype()));
            }
        }
        return gradients;
    }

    /**
     * The gradient by one output of a node, in that output's type: the sum over its uses; null when none of them
     * reaches the scalar.
     */
    @Nullable Value diff(Node node, int output) {
        Value value = node.outputs().get(output);
        List<Value> parts = contributions.get(value);
        return parts == null ? null : cast(node, sum(label(node), parts), value.type().dtype());
    }

    /** The same in a given type. */
    @Nullable Value diff(Node node, int output, DType dtype) {
        Value diff = diff(node, output);
        return diff == null ? null : cast(node, diff, dtype);
    }

    /** The gradient by the output of a cast, in the type that it came in: perhaps wider than the output itself. */
    Value diffAsGiven(Node cast) {
        List<Value> parts = contributions.get(cast.output());
        if (parts == null) {
            throw new IllegalStateException("no gradient reaches " + cast);
        }
        return sum(label(cast), parts);
    }

    /** Whether a value is a wider one that was rounded: its gradient need not be rounded. */
    boolean isRounded(Value value) {
        return rounded.contains(value);
    }

    /** The gradient by the first output of a node whose other outputs have none. */
    Value diff(Node node) {
        for (int i = 1; i < node.outputs().size(); i++) {
            if (contributions.containsKey(node.outputs().get(i))) {
                throw new IllegalArgumentException("node " + node.name() + ": output " + i + " of " + node.op().name()
                        + " has no derivative, only the first has");
            }
        }
        Value diff = diff(node, 0);
        if (diff == null) {
            throw new IllegalStateException("no gradient reaches " + node);
        }
        return diff;
    }

    /** In the widest type of the parts. */
    private Value sum(String name, List<Value> parts) {
        DType widest = parts.stream().map(part -> part.type().dtype()).max(Comparator.comparingInt(DType::bytes))
                .orElseThrow();
        Value sum = cast(name, parts.getFirst(), widest);
        for (Value part : parts.subList(1, parts.size())) {
            sum = builder.node(name, new Binary(BinaryFunction.ADD), List.of(sum, cast(name, part, widest)), phase,
                    null)
                    .output();
        }
        return sum;
    }

    /** A value of a node's gradient in another type; the value itself where it has that type. */
    Value cast(Node of, Value value, DType dtype) {
        return cast(label(of), value, dtype);
    }

    private Value cast(String name, Value value, DType dtype) {
        return value.type().dtype() == dtype ? value
                : builder.node(name, new Cast(dtype), List.of(value), phase, null).output();
    }

    private String label(Node node) {
        return switch (phase) {
            case FORWARD -> node.name() + ".gradient";
            case BACKWARD, RUNNING_STATISTICS -> node.name();
        };
    }

    /** Adds a node that belongs to the gradient of another, and gives its first output. */
    Value apply(Node of, Op op, Value... inputs) {
        return node(of, of, op, inputs).output();
    }

    /** Adds a node that is a kernel's gradient of {@code forward}, whose plan it needs. */
    Node node(Node of, @Nullable Node forward, Op op, Value... inputs) {
        return builder.node(label(of), op, List.of(inputs), phase, forward);
    }

    /** Adds to the gradient by a value, if anybody needs it. */
    void contribute(Value value, Value gradient) {
        if (isNeeded(value)) {
            contributions.computeIfAbsent(value, _ -> new ArrayList<>()).add(gradient);
        }
    }
}
