package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.options.WithMethods;

/**
 * The smooth L1 loss (Girshick, 2015): with {@code d = prediction - target}, {@code d^2 / (2 beta)} where
 * {@code |d| < beta}, {@code |d| - beta / 2} elsewhere. It equals {@link Huber} divided by its delta, and
 * {@link MeanAbsoluteError} where beta is 0.
 *
 * @param beta      magnitude of {@code d} from which the loss is linear; not negative
 * @param reduction reduction over the elements
 */
@WithMethods
public record SmoothL1(double beta, LossReduction reduction) implements Loss, SmoothL1Builder.With {
    public SmoothL1 {
        Checks.notNegative("smooth_l1", "beta", beta);
    }

    /** Creates the loss with beta 1, reduced to the mean. */
    public SmoothL1() {
        this(1, LossReduction.MEAN);
    }

    /** Adds the loss of a prediction and a target of one type and shape. */
    public Value apply(GraphBuilder graph, String name, Value prediction, Value target) {
        if (beta == 0) {
            return new MeanAbsoluteError(reduction).apply(graph, name, prediction, target);
        }
        Checks.prediction(name, prediction, target);
        Formula f = new Formula(graph, name);
        return reduction.of(f, f.times(1 / beta, Huber.each(f, f.subtract(prediction, target), beta)));
    }
}
