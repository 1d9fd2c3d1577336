package dev.gatun.compress.distill;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.UnaryFunction;

/**
 * The mean squared difference of attention maps (Zagoruyko and Komodakis, 2017): {@code sum |x|^p} over the channels of
 * {@code (N, C, spatial...)}, each image's map divided by its Euclidean length. The numbers of channels may differ;
 * maps of different sizes are compared at the smaller.
 *
 * @param power {@code p}, at least 1; 2 in the paper
 */
public record AttentionTransfer(double power) implements Comparison {
    public AttentionTransfer {
        if (!(power >= 1) || Double.isInfinite(power)) {
            throw new IllegalArgumentException("the power of an attention map must be at least 1, got " + power);
        }
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value student, Value teacher) {
        Formula f = new Formula(graph, name);
        Features.Pair pair = Features.pooled(f, Features.pair(f, student, teacher, 3));
        return Features.meanSquare(f, map(f, pair.student()), map(f, pair.teacher()));
    }

    private Value map(Formula f, Value x) {
        Value powers = power == 2 ? f.unary(UnaryFunction.SQUARE, x)
                : f.unary(new ParametricFunction.Power(power), f.unary(UnaryFunction.ABS, x));
        return Features.unit(f, Features.rows(f, f.over(1).sum(powers)), 1);
    }
}
