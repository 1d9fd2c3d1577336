package dev.gatun.data;

import dev.gatun.options.WithMethods;

/**
 * Options of opening a data set.
 *
 * @param limit number of training images, 0 for all. The choice depends on {@code limitSeed} only, not on the class; a
 *              larger limit contains the images of a smaller one
 * @param limitSeed chooses the images that {@code limit} keeps
 * @param classes number of classes, 0 to infer it: the largest training label + 1, or the number of class folders
 * @param cacheBytes heap memory for decoded images of a folder or zip file, in bytes. Images that do not fit are
 *                   decoded in every epoch
 */
@WithMethods
public record DataOptions(int limit, long limitSeed, int classes, long cacheBytes) implements DataOptionsBuilder.With {
    /** 170,000 images of 32 x 32 x 3; less where the JVM's heap is small, since the heap serves others too. */
    private static final long DEFAULT_CACHE_BYTES = 512L << 20;

    private static final long DEFAULT_LIMIT_SEED = 1;

    /** Checks that no component is negative. */
    public DataOptions {
        if (limit < 0 || classes < 0 || cacheBytes < 0) {
            throw new IllegalArgumentException("limit, classes and cache must not be negative: " + limit
                    + ", " + classes + ", " + cacheBytes);
        }
    }

    /**
     * Returns the defaults: all images, inferred classes, a cache of 512 MiB but at most a quarter of the JVM's heap.
     */
    public static DataOptions defaults() {
        return new DataOptions(
                0, DEFAULT_LIMIT_SEED, 0, Math.min(DEFAULT_CACHE_BYTES, Runtime.getRuntime().maxMemory() / 4));
    }
}
