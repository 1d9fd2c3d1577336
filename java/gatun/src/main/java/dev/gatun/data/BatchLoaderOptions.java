package dev.gatun.data;

import dev.gatun.options.WithMethods;

/**
 * Options of a {@link BatchLoader}.
 *
 * @param batchSize examples in a batch
 * @param prefetch  batches prepared ahead of the one in use; each takes the staging memory of a batch
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

    /**
     * Returns the defaults: batches of 64, three ahead, one thread per four processors (at most four), all examples.
     */
    public static BatchLoaderOptions defaults() {
        int workers = Math.clamp(Runtime.getRuntime().availableProcessors() / 4, 1, 4);
        return new BatchLoaderOptions(64, 3, workers, LastBatch.KEEP);
    }
}
