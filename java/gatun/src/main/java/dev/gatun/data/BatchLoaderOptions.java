package dev.gatun.data;

import dev.gatun.options.WithMethods;

/**
 * How to make batches. The defaults are here and nowhere else.
 *
 * @param batchSize examples in a batch
 * @param prefetch  batches that may lie ready ahead of the one in use; costs staging memory of one batch each
 * @param workers   threads that prepare batches, each a whole one at a time; batches do not depend on their number
 * @param lastBatch what to do with examples that do not fill a batch
 */
@WithMethods
public record BatchLoaderOptions(int batchSize, int prefetch, int workers, LastBatch lastBatch)
        implements BatchLoaderOptionsBuilder.With {

    /** Checks that all counts are positive. */
    public BatchLoaderOptions {
        if (batchSize < 1 || prefetch < 1 || workers < 1) {
            throw new IllegalArgumentException("batch size, prefetch and workers must be positive: " + batchSize + ", "
                    + prefetch + ", " + workers);
        }
    }

    /** Batches of 64, three ahead, one thread for each four processors (four at most), all examples. */
    public static BatchLoaderOptions defaults() {
        int workers = Math.clamp(Runtime.getRuntime().availableProcessors() / 4, 1, 4);
        return new BatchLoaderOptions(64, 3, workers, LastBatch.KEEP);
    }
}
