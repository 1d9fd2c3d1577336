package dev.gatun.nn.loss;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.nn.TensorFunctions;
import dev.gatun.op.OneHot;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.options.WithMethods;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy, {@code -sum over classes of w t log softmax(scores)}, where {@code t} is a label's one-hot vector or a
 * distribution, and {@code w} the weight of each class. Label smoothing by {@code s} replaces {@code t} by
 * {@code (1 - s) t + s / classes} (Szegedy et al., 2016). The mean over labels is weighted, that is, the sum divided by
 * the sum of the labels' weights, and NaN if all labels are ignored; the mean over distributions is not weighted, as in
 * PyTorch.
 *
 * <p>For scores {@code (N, classes)} and labels, without options, it is one operation, otherwise an expression.
 *
 * @param ignored        label without loss, or {@link OneHot#NONE_IGNORED}; PyTorch's default is -100
 * @param labelSmoothing from 0 to 1
 * @param reduction      reduction over the labels or distributions
 */
@WithMethods
public record CrossEntropy(long ignored, double labelSmoothing, LossReduction reduction)
        implements Loss, CrossEntropyBuilder.With {
    public CrossEntropy {
        if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
            throw new IllegalArgumentException("cross_entropy: label smoothing must lie in [0, 1], got "
                    + labelSmoothing);
        }
    }

    /** Creates the loss without ignored labels or smoothing, reduced to the mean. */
    public CrossEntropy() {
        this(OneHot.NONE_IGNORED, 0, LossReduction.MEAN);
    }

    /**
     * Adds the loss with equal class weights.
     *
     * @param scores before any softmax, {@code (N, classes, ...)}
     * @param target labels {@code (N, ...)} of i32, or distributions of the shape of the scores
     */
    public Value apply(GraphBuilder graph, String name, Value scores, Value target) {
        boolean plain = labelSmoothing == 0 && ignored == OneHot.NONE_IGNORED && reduction == LossReduction.MEAN;
        return plain && !target.type().dtype().isFloating() && scores.type().shape().rank() == 2
                ? graph.apply(name, new SoftmaxCrossEntropy(), scores, target)
                : of(new Formula(graph, name), scores, target, null);
    }

    /**
     * Adds the loss with a weight for each class.
     *
     * @param classWeights {@code (classes)}
     */
    public Value apply(GraphBuilder graph, String name, Value scores, Value target, Value classWeights) {
        return of(new Formula(graph, name), scores, target, classWeights);
    }

    private Value of(Formula f, Value scores, Value target, @Nullable Value weights) {
        long classes = Labels.classes(f, scores).extent(1);
        Value logProbabilities = TensorFunctions.logSoftmax(f.graph(), f.name(), scores, 1);
        return target.type().dtype().isFloating()
                ? ofDistributions(f, logProbabilities, target, weights, classes)
                : ofLabels(f, logProbabilities, target, weights, classes);
    }

    private Value ofDistributions(
            Formula f, Value logProbabilities, Value target, @Nullable Value weights, long classes) {
        Checks.equal(f.name(), "scores", logProbabilities, "distributions", target);
        if (ignored != OneHot.NONE_IGNORED) {
            throw new IllegalArgumentException(f.name() + ": label " + ignored
                    + " is to be ignored, but the target is distributions: give labels, or ignore none");
        }
        Value smooth = labelSmoothing == 0 ? target : f.affine(1 - labelSmoothing, target, labelSmoothing / classes);
        Value products = f.multiply(smooth, weighted(f, logProbabilities, weights));
        return reduction.of(f, f.times(-1, f.over(1).sum(products)));
    }

    private Value ofLabels(Formula f, Value logProbabilities, Value labels, @Nullable Value weights, long classes) {
        Labels given = Labels.of(f, logProbabilities, labels, ignored, weights);
        Value each = NegativeLogLikelihood.each(f, given, logProbabilities, weights);
        if (labelSmoothing != 0) {
            Value all = f.over(1).sum(weighted(f, logProbabilities, weights));
            Value counted = TensorFunctions.where(f.graph(), f.name(), given.counted(), all, f.number(all, 0));
            each = f.subtract(f.times(1 - labelSmoothing, each), f.times(labelSmoothing / classes, counted));
        }
        return given.reduced(reduction, each);
    }

    private static Value weighted(Formula f, Value logProbabilities, @Nullable Value weights) {
        return weights == null ? logProbabilities
                : f.multiply(logProbabilities, Labels.perClass(f, weights, logProbabilities));
    }
}
