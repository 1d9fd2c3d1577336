package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.options.WithMethods;

/**
 * Binary cross-entropy of scores, {@code -w t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x))} for each score {@code x}
 * and target {@code t} from 0 to 1, computed without overflow as {@code (1 - t) x + (1 + (w - 1) t) log(1 + exp(-x))}.
 *
 * @param positiveWeight {@code w}: above 1 for more recall, below 1 for more precision
 * @param reduction      reduction over the elements
 */
@WithMethods
public record BinaryCrossEntropy(double positiveWeight, LossReduction reduction)
        implements Loss, BinaryCrossEntropyBuilder.With {
    public BinaryCrossEntropy {
        Checks.notNegative("binary_cross_entropy", "the weight of positives", positiveWeight);
    }

    /** Creates the loss with weight 1, reduced to the mean. */
    public BinaryCrossEntropy() {
        this(1, LossReduction.MEAN);
    }

    /** Adds the loss of scores and targets of one type and shape. */
    public Value apply(GraphBuilder graph, String name, Value scores, Value targets) {
        Checks.equal(name, "scores", scores, "targets", targets);
        Formula f = new Formula(graph, name);
        Value softplus = softplus(f, scores);
        return reduction.of(f, f.add(f.multiply(f.affine(-1, targets, 1), scores), positiveWeight == 1 ? softplus
                : f.multiply(f.affine(positiveWeight - 1, targets, 1), softplus)));
    }

    /**
     * Adds the loss with a weight for each class.
     *
     * @param positiveWeights broadcast over the scores: {@code (C)} over {@code (N, C)}; multiplied by
     *                        {@link #positiveWeight}
     */
    public Value apply(GraphBuilder graph, String name, Value scores, Value targets, Value positiveWeights) {
        Checks.equal(name, "scores", scores, "targets", targets);
        Formula f = new Formula(graph, name);
        Value weight = f.affine(1, f.multiply(f.affine(positiveWeight, positiveWeights, -1), targets), 1);
        return reduction.of(f, f.add(f.multiply(f.affine(-1, targets, 1), scores),
                f.multiply(weight, softplus(f, scores))));
    }

    private static Value softplus(Formula f, Value scores) {
        return f.unary(new ParametricFunction.Softplus(1), f.times(-1, scores));
    }
}
