package dev.gatun.train.parallel;

import dev.gatun.dist.codec.GradientCompression;
import dev.gatun.options.WithMethods;

/**
 * Options of training by several ranks; without effect where there is one.
 *
 * @param synchronization how the ranks stay together
 * @param compression     how gradients are compressed on their way
 * @param batchNorm       what batch normalisation takes its statistics from
 * @param buckets         how gradients are divided for their sums
 */
@WithMethods
public record ParallelOptions(
        Synchronization synchronization, GradientCompression compression, BatchNormScope batchNorm,
        BucketSizes buckets)
        implements ParallelOptionsBuilder.With {

    /** Sums of gradients in the usual buckets, batch normalisation by rank. */
    public static final ParallelOptions DEFAULTS =
            new ParallelOptions(Synchronization.GRADIENTS, new GradientCompression.None(), BatchNormScope.RANK,
                    BucketSizes.DEFAULTS);

    /** The examples that batch normalisation takes mean and variance of. */
    public enum BatchNormScope {
        /** Those of one rank: its share of the batch. */
        RANK,
        /** Those of all ranks: the batch, as one rank alone would. */
        ALL_RANKS
    }
}
