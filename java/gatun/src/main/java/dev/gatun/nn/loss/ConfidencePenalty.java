package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.nn.TensorFunctions;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.options.WithMethods;

/**
 * The negative entropy of the predicted distributions, {@code strength * sum over classes of p log p}, to be added to a
 * loss (Pereyra et al., 2017). A vanishing probability contributes 0 and has no gradient.
 *
 * @param strength  factor, not negative
 * @param reduction reduction over the examples
 */
@WithMethods
public record ConfidencePenalty(double strength, LossReduction reduction)
        implements Loss, ConfidencePenaltyBuilder.With {
    /** Less than any logarithm of a probability that is not 0, and still finite in f32 when multiplied by one. */
    private static final double LEAST_LOGARITHM = -1e30;

    public ConfidencePenalty {
        Checks.notNegative("confidence_penalty", "strength", strength);
    }

    /** Creates the penalty with strength 0.1, the paper's for images, reduced to the mean. */
    public ConfidencePenalty() {
        this(0.1, LossReduction.MEAN);
    }

    /**
     * Adds the penalty of scores, before any softmax.
     *
     * @param scores {@code (N, classes, ...)}
     */
    public Value apply(GraphBuilder graph, String name, Value scores) {
        Formula f = new Formula(graph, name);
        Value logarithms = f.clip(LEAST_LOGARITHM, TensorFunctions.logSoftmax(graph, name, scores, 1), 1);
        Value products = f.multiply(f.unary(UnaryFunction.EXP, logarithms), logarithms);
        return reduction.of(f, f.times(strength, f.over(1).sum(products)));
    }
}
