package dev.gatun.data;

/**
 * How to make batches. The defaults are here and nowhere else.
 *
 * @param batchSize examples in a batch
 * @param prefetch  batches that may lie ready ahead of the one in use; costs staging memory of one batch each
 * @param workers   threads that prepare batches, each a whole one at a time; batches do not depend on their number
 * @param lastBatch what to do with examples that do not fill a batch
 */
public record BatchLoaderOptions(int batchSize, int prefetch, int workers, LastBatch lastBatch) {

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

    /** These options with another batch size. */
    public BatchLoaderOptions withBatchSize(int batchSize) {
        return new BatchLoaderOptions(batchSize, prefetch, workers, lastBatch);
    }

    /** These options with another number of batches ahead. */
    public BatchLoaderOptions withPrefetch(int prefetch) {
        return new BatchLoaderOptions(batchSize, prefetch, workers, lastBatch);
    }

    /** These options with another number of threads. */
    public BatchLoaderOptions withWorkers(int workers) {
        return new BatchLoaderOptions(batchSize, prefetch, workers, lastBatch);
    }

    /** These options with another treatment of the last batch. */
    public BatchLoaderOptions withLastBatch(LastBatch lastBatch) {
        return new BatchLoaderOptions(batchSize, prefetch, workers, lastBatch);
    }
}
