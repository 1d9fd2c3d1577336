package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.op.OneHot;
import dev.gatun.options.WithMethods;
import org.jspecify.annotations.Nullable;

/**
 * The negative log-likelihood, {@code -w[label] * log p[label]} for each label. The mean is weighted, as in PyTorch:
 * the sum divided by the sum of the labels' weights, NaN if all labels are ignored.
 *
 * @param ignored   label without loss, or {@link OneHot#NONE_IGNORED}
 * @param reduction reduction over the labels
 */
@WithMethods
public record NegativeLogLikelihood(long ignored, LossReduction reduction)
        implements Loss, NegativeLogLikelihoodBuilder.With {
    /** Creates the loss without ignored labels, reduced to the mean. */
    public NegativeLogLikelihood() {
        this(OneHot.NONE_IGNORED, LossReduction.MEAN);
    }

    /**
     * Adds the loss of log-probabilities with equal class weights.
     *
     * @param logProbabilities {@code (N, classes, ...)}
     * @param labels           {@code (N, ...)} of i32
     */
    public Value apply(GraphBuilder graph, String name, Value logProbabilities, Value labels) {
        return of(new Formula(graph, name), logProbabilities, labels, null);
    }

    /**
     * Adds the loss with a weight for each class.
     *
     * @param classWeights {@code (classes)}
     */
    public Value apply(GraphBuilder graph, String name, Value logProbabilities, Value labels, Value classWeights) {
        return of(new Formula(graph, name), logProbabilities, labels, classWeights);
    }

    private Value of(Formula f, Value logProbabilities, Value labels, @Nullable Value weights) {
        Labels given = Labels.of(f, logProbabilities, labels, ignored, weights);
        return given.reduced(reduction, each(f, given, logProbabilities, weights));
    }

    static Value each(Formula f, Labels given, Value logProbabilities, @Nullable Value weights) {
        Value cost = f.times(-1, given.chosen(logProbabilities));
        return weights == null ? cost : f.multiply(given.weights(), cost);
    }
}
