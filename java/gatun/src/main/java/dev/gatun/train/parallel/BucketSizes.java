package dev.gatun.train.parallel;

import dev.gatun.options.WithMethods;

/**
 * How many bytes of gradients are summed over the ranks at once. The first bucket is small, so that sending begins
 * early in the backward pass; the others are large, so that few messages wait for each other. A tensor that is larger
 * is a bucket of its own.
 *
 * @param first  bytes of the first bucket, at least 1
 * @param others bytes of each other bucket, at least 1
 */
@WithMethods
public record BucketSizes(long first, long others) implements BucketSizesBuilder.With {
    /** 1 MiB, then 25 MiB each. */
    public static final BucketSizes DEFAULTS = new BucketSizes(1 << 20, 25 << 20);

    public BucketSizes {
        if (first < 1 || others < 1) {
            throw new IllegalArgumentException("buckets have at least a byte, not " + first + " and " + others);
        }
    }
}
