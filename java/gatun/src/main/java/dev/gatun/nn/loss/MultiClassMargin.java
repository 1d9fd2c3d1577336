package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.op.OneHot;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.options.WithMethods;
import org.jspecify.annotations.Nullable;

/**
 * The multi-class hinge loss: the sum over all classes but the label's of {@code max(0, margin - x[label] + x)^p},
 * divided by the number of classes, times the weight of the label's class. The slope at the corner is 0.
 *
 * @param power     exponent {@code p}
 * @param margin    difference between the label's score and another score from which the loss is 0
 * @param reduction reduction over the labels; the mean is not weighted, as in PyTorch
 */
@WithMethods
public record MultiClassMargin(Power power, double margin, LossReduction reduction)
        implements Loss, MultiClassMarginBuilder.With {
    /** The exponent {@code p}. */
    public enum Power {
        /** The exponent 1. */
        PLAIN,
        /** The exponent 2. */
        SQUARED
    }

    public MultiClassMargin {
        Checks.finite("multi_class_margin", "margin", margin);
    }

    /** Creates the loss with exponent 1 and margin 1, reduced to the mean. */
    public MultiClassMargin() {
        this(Power.PLAIN, 1, LossReduction.MEAN);
    }

    /**
     * Adds the loss with equal class weights.
     *
     * @param scores {@code (N, classes)}
     * @param labels {@code (N)} of i32
     */
    public Value apply(GraphBuilder graph, String name, Value scores, Value labels) {
        return of(new Formula(graph, name), scores, labels, null);
    }

    /**
     * Adds the loss with a weight for each class.
     *
     * @param classWeights {@code (classes)}
     */
    public Value apply(GraphBuilder graph, String name, Value scores, Value labels, Value classWeights) {
        return of(new Formula(graph, name), scores, labels, classWeights);
    }

    private Value of(Formula f, Value scores, Value labels, @Nullable Value weights) {
        Labels given = Labels.of(f, scores, labels, OneHot.NONE_IGNORED, weights);
        Value right = f.over(1).kept().sum(given.atLabels(scores));
        Value hinges = f.positivePart(f.affine(1, f.subtract(scores, right), margin));
        Value powers = switch (power) {
            case PLAIN -> hinges;
            case SQUARED -> f.unary(UnaryFunction.SQUARE, hinges);
        };
        Value others = f.multiply(powers, f.affine(-1, given.oneHot(), 1));
        Value each = f.over(1).mean(others);
        return reduction.of(f, weights == null ? each : f.multiply(given.weights(), each));
    }
}
