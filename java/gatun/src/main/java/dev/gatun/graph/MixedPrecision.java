package dev.gatun.graph;

import dev.gatun.op.Cast;
import dev.gatun.shape.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rewrites a model that was described in f32 so that its layers compute in 16 bits (Micikevicius et al., 2018):
 * convolutions, linear layers and matrix products read operands that are cast, and the values between them stay in 16
 * bits where {@link PrecisionRule} allows it. Variables, values per channel, sums, losses and outputs stay in f32: the
 * variables are the master weights, each of which is cast once, and their gradients are f32. Applied before
 * differentiation, which gives every gradient the type of its value.
 */
public final class MixedPrecision {
    private record CastOf(Value value, DType dtype) {}

    private final Graph graph;
    private final PrecisionPolicy policy;
    private final DType narrow;
    private final Rewriter rewriter;
    private final Map<CastOf, Value> casts = new HashMap<>();

    private MixedPrecision(Graph graph, PrecisionPolicy policy) {
        this.graph = graph;
        this.policy = policy;
        this.narrow = policy.precision().dtype();
        this.rewriter = new Rewriter(graph);
    }

    /**
     * Returns the model under a policy.
     *
     * @throws IllegalArgumentException when an exception names no layer
     */
    public static Graph of(Graph graph, PrecisionPolicy policy) {
        return policy.precision() == Precision.F32 ? graph : new MixedPrecision(graph, policy).run();
    }

    private Graph run() {
        checkExceptions();
        for (Node node : graph.nodes()) {
            PrecisionRule rule = policy.isException(node.name()) ? PrecisionRule.WIDE : PrecisionRule.of(node.op());
            List<Value> inputs = node.inputs().stream().map(rewriter::copy).toList();
            List<DType> wanted = rule.inputs(inputs.stream().map(value -> value.type().dtype()).toList(), narrow);
            List<Value> cast = new ArrayList<>();
            for (int i = 0; i < inputs.size(); i++) {
                cast.add(cast(inputs.get(i), wanted.get(i)));
            }
            rewriter.emitOn(node, node.op(), cast);
        }
        new HashSet<>(graph.outputs().values()).forEach(
                value -> rewriter.replace(value, cast(rewriter.copy(value), value.type().dtype())));
        return rewriter.finish();
    }

    private void checkExceptions() {
        Set<String> layers = new HashSet<>();
        graph.nodes().forEach(node -> layers.add(node.name()));
        for (String exception : policy.exceptions()) {
            if (layers.stream().noneMatch(layer -> PrecisionPolicy.matches(exception, layer))) {
                throw new IllegalArgumentException("no layer is named \"" + exception
                        + "\", which should compute in f32:"
                        + " the layers are " + String.join(", ", layers.stream().sorted().toList()));
            }
        }
    }

    /** A value in another type, cast once for all that read it so. */
    private Value cast(Value value, DType dtype) {
        return value.type().dtype() == dtype ? value
                : casts.computeIfAbsent(new CastOf(value, dtype),
                _ -> rewriter.add(value.name(), new Cast(dtype), value));
    }
}
