package dev.gatun.nn.loss;

import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;

/** The reduction of the losses of elements or examples. */
public enum LossReduction {
    /** The mean, a scalar. */
    MEAN,
    /** The sum divided by the first extent, a scalar: the mean over the batch of the sum over all else. */
    BATCH_MEAN,
    /** The sum, a scalar. */
    SUM,
    /** No reduction. Not a scalar, so that it cannot be differentiated as it is. */
    NONE;

    Value of(Formula f, Value each) {
        return switch (this) {
            case MEAN -> f.over().mean(each);
            case BATCH_MEAN -> f.times(1.0 / batch(f, each), f.over().sum(each));
            case SUM -> f.over().sum(each);
            case NONE -> each;
        };
    }

    private static long batch(Formula f, Value each) {
        if (each.type().shape().rank() == 0) {
            throw new IllegalArgumentException(f.name() + ": a scalar has no batch to take the mean of");
        }
        return each.type().shape().extent(0);
    }
}
