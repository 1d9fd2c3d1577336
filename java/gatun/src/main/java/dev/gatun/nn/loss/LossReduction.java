package dev.gatun.nn.loss;

import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;

/** What becomes of the losses of elements or examples. */
public enum LossReduction {
    /** Their mean, a scalar. */
    MEAN,
    /** Their sum by the first extent, a scalar: what remains is summed, and the batch's mean is taken. */
    BATCH_MEAN,
    /** Their sum, a scalar. */
    SUM,
    /** They stay as they are, which no gradient can begin with. */
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
