package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.nn.Formula;
import dev.gatun.op.function.UnaryFunction;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Penalties on parameters, as scalars to be added to a loss. Unlike an optimizer's decoupled weight decay, their
 * gradients are subject to the loss scale, clipping and the optimizer's moments.
 */
public final class Penalties {
    private Penalties() {}

    /** Returns the parameters in a graph that satisfy a predicate, such as one on the kind or the name. */
    public static List<Value> parameters(GraphBuilder graph, Predicate<Variable> chosen) {
        return graph.build().variables().stream()
                .filter(value -> isChosen(value.variable(), chosen)).toList();
    }

    private static boolean isChosen(@Nullable Variable variable, Predicate<Variable> chosen) {
        return variable != null && variable.isParameter() && chosen.test(variable);
    }

    /** Returns {@code strength * sum |w|}; the slope at 0 is 0. */
    public static Value l1(GraphBuilder graph, String name, double strength, List<Value> parameters) {
        return elasticNet(graph, name, strength, 1, parameters);
    }

    /** Returns {@code strength / 2 * sum w^2}, whose gradient is {@code strength * w}: coupled weight decay. */
    public static Value l2(GraphBuilder graph, String name, double strength, List<Value> parameters) {
        return elasticNet(graph, name, strength, 0, parameters);
    }

    /**
     * Returns the elastic net, {@code strength * sum(ratio |w| + (1 - ratio) / 2 * w^2)} (Zou and Hastie, 2005).
     *
     * @param ratio      fraction of the L1 penalty, from 0 to 1
     * @param parameters parameters, at least one
     */
    public static Value elasticNet(
            GraphBuilder graph, String name, double strength, double ratio, List<Value> parameters) {
        Checks.notNegative(name, "strength", strength);
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new IllegalArgumentException(name + ": the share of the magnitudes must lie in [0, 1], got " + ratio);
        }
        if (parameters.isEmpty()) {
            throw new IllegalArgumentException(name + ": no parameters to penalise were chosen");
        }
        Formula f = new Formula(graph, name);
        return parameters.stream().map(parameter -> one(f, strength, ratio, parameter)).reduce(f::add).orElseThrow();
    }

    private static Value one(Formula f, double strength, double ratio, Value parameter) {
        if (ratio == 1) {
            return f.times(strength, f.over().sum(f.unary(UnaryFunction.ABS, parameter)));
        }
        Value squares = f.times(strength * (1 - ratio) / 2, f.over().sum(f.unary(UnaryFunction.SQUARE, parameter)));
        return ratio == 0 ? squares : f.add(one(f, strength * ratio, 1, parameter), squares);
    }
}
