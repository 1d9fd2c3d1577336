package dev.gatun.compress.distill;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.op.MatMul;

/**
 * The mean squared difference of the correlations between the examples of a batch (Peng et al., 2019): a Gaussian
 * kernel of their features {@code x} of Euclidean length 1, {@code exp(-gamma |x - y|^2)}, by the first terms of its
 * series, {@code sum over p of exp(-2 gamma) (2 gamma)^p / p! (x y)^p}. Features of any widths.
 *
 * @param gamma narrowness of the kernel, positive; 0.4 in the paper
 * @param order largest {@code p}, from 1 to 20; 2 in the paper
 */
public record CorrelationCongruence(double gamma, int order) implements Comparison {
    private static final int HIGHEST_ORDER = 20;

    public CorrelationCongruence {
        Features.checkPositive("gamma", gamma);
        if (order < 1 || order > HIGHEST_ORDER) {
            throw new IllegalArgumentException("the order of the kernel's series must lie in [1, " + HIGHEST_ORDER
                    + "], got " + order);
        }
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value student, Value teacher) {
        Formula f = new Formula(graph, name);
        Features.Pair pair = Features.pair(f, student, teacher, 2);
        return Features.meanSquare(f, correlations(f, pair.student()), correlations(f, pair.teacher()));
    }

    /** Horner's scheme: {@code c (1 + 2 gamma z / 1 (1 + 2 gamma z / 2 (...)))}. */
    private Value correlations(Formula f, Value x) {
        Value rows = Features.unit(f, Features.rows(f, x), 1);
        Value products = f.apply(new MatMul(MatMul.Given.PLAIN, MatMul.Given.TRANSPOSED), rows, rows);
        Value series = f.affine(2 * gamma / order, products, 1);
        for (int p = order - 1; p >= 1; p--) {
            series = f.affine(2 * gamma / p, f.multiply(products, series), 1);
        }
        return f.times(Math.exp(-2 * gamma), series);
    }
}
