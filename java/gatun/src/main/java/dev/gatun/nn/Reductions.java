package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.Reduce;
import dev.gatun.op.Reshape;
import dev.gatun.op.StopGradient;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reductions along given dimensions. All operations that a reduction adds carry one name.
 *
 * @param axes    the dimensions, negative ones counted from the last; empty for all
 * @param reduced whether reduced dimensions are kept
 */
public record Reductions(GraphBuilder graph, String name, List<Integer> axes, Reduce.Axes reduced) {
    public Reductions {
        axes = List.copyOf(axes);
    }

    /** Returns reductions that remove the given dimensions, or all if none is given. */
    public static Reductions over(GraphBuilder graph, String name, Integer... axes) {
        return new Reductions(graph, name, List.of(axes), Reduce.Axes.DROPPED);
    }

    /** Returns a copy that keeps the reduced dimensions, with extent 1. */
    public Reductions kept() {
        return new Reductions(graph, name, axes, Reduce.Axes.KEPT);
    }

    /** Returns the sum. */
    public Value sum(Value x) {
        return reduce(Reduction.SUM, x);
    }

    /** Returns the mean. */
    public Value mean(Value x) {
        return reduce(Reduction.MEAN, x);
    }

    /** Returns the largest element; equal largest elements share the gradient equally. */
    public Value max(Value x) {
        return reduce(Reduction.MAX, x);
    }

    /** Returns the smallest element; equal smallest elements share the gradient equally. */
    public Value min(Value x) {
        Formula f = new Formula(graph, name);
        return f.unary(UnaryFunction.NEGATE, max(f.unary(UnaryFunction.NEGATE, x)));
    }

    /**
     * Returns {@code log(sum(exp(x)))}, computed without overflow by subtracting the largest element; minus infinity
     * where all elements are.
     */
    public Value logSumExp(Value x) {
        Formula f = new Formula(graph, name);
        Value largest = f.apply(new StopGradient(), kept().max(x));
        Value infinite = f.atLeast(f.unary(UnaryFunction.ABS, largest), Double.POSITIVE_INFINITY);
        Value shift = TensorFunctions.where(graph, name, infinite, f.number(largest, 0), largest);
        Value logarithm = f.unary(UnaryFunction.LOG, sum(f.unary(UnaryFunction.EXP, f.subtract(x, shift))));
        return f.add(logarithm, f.apply(new Reshape(logarithm.type().shape()), shift));
    }

    /**
     * Returns the variance: the sum of the squared distances from the mean divided by {@code count - correction}, 1 for
     * the unbiased estimate, 0 for the population variance. Not finite where {@code count} is at most
     * {@code correction}.
     */
    public Value variance(Value x, long correction) {
        Formula f = new Formula(graph, name);
        Value distance = f.subtract(x, kept().mean(x));
        return f.times(1.0 / Math.max(0, op(Reduction.SUM, x).count(x.type().shape()) - correction),
                sum(f.unary(UnaryFunction.SQUARE, distance)));
    }

    /** Returns the square root of the variance; the gradient is 0 where the variance is 0. */
    public Value standardDeviation(Value x, long correction) {
        return root(variance(x, correction), UnaryFunction.SQRT);
    }

    /**
     * Returns {@code (sum |x|^p)^(1/p)}: the sum of the magnitudes for 1, the Euclidean norm for 2, the largest
     * magnitude for {@link Double#POSITIVE_INFINITY}, where equal largest ones share the gradient equally. The gradient
     * is 0 where the norm is 0.
     *
     * @param p exponent, at least 1
     */
    public Value norm(Value x, double p) {
        if (!(p >= 1)) {
            throw new IllegalArgumentException(name + ": a norm's p must be at least 1, got " + p);
        }
        Formula f = new Formula(graph, name);
        if (p == 2) {
            return root(sum(f.unary(UnaryFunction.SQUARE, x)), UnaryFunction.SQRT);
        }
        Value magnitudes = f.unary(UnaryFunction.ABS, x);
        if (p == 1) {
            return sum(magnitudes);
        }
        return Double.isInfinite(p) ? max(magnitudes)
                : root(sum(f.unary(new ParametricFunction.Power(p), magnitudes)), new ParametricFunction.Power(1 / p));
    }

    /** A root whose slope at 0 is 1 and not infinite: {@code root(x + 1) - 1} there. */
    private Value root(Value x, ScalarFunction function) {
        Formula f = new Formula(graph, name);
        Value zero = f.atMost(x, 0);
        return f.subtract(f.unary(function, f.add(x, zero)), zero);
    }

    private Value reduce(Reduction reduction, Value x) {
        return graph.apply(name, op(reduction, x), x);
    }

    private Reduce op(Reduction reduction, Value x) {
        int rank = x.type().shape().rank();
        List<Integer> counted = axes.isEmpty() ? IntStream.range(0, rank).boxed().toList()
                : axes.stream().map(axis -> TensorFunctions.axis(name, x, axis)).sorted().toList();
        return new Reduce(reduction, counted, reduced);
    }
}
