package dev.gatun.data;

import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.ImageSize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to make batches. The defaults are here and nowhere else.
 *
 * @param batchSize images in a batch
 * @param prefetch batches that may lie ready ahead of the one in use; costs staging memory of one batch each
 * @param workers threads that prepare batches, each a whole one at a time; batches do not depend on their number
 * @param lastBatch what to do with images that do not fill a batch
 * @param seed decides all augmentation, together with the epoch and the image
 * @param augmentations applied in this order to each image
 * @param inputSize what the model takes: a loader whose augmentations make another size is refused. Null for any
 */
public record BatchLoaderOptions(
        int batchSize,
        int prefetch,
        int workers,
        LastBatch lastBatch,
        long seed,
        List<Augmentation> augmentations,
        @Nullable ImageSize inputSize) {

    /** What to do with the images at the end of an epoch that do not fill a batch. */
    public enum LastBatch {
        /** Deliver them as a smaller batch. */
        KEEP,
        /** Leave them out: every batch has the same size. */
        DROP
    }

    /** Checks that all counts are positive. */
    public BatchLoaderOptions {
        if (batchSize < 1 || prefetch < 1 || workers < 1) {
            throw new IllegalArgumentException("batch size, prefetch and workers must be positive: " + batchSize + ", "
                    + prefetch + ", " + workers);
        }
        augmentations = List.copyOf(augmentations);
    }

    /** Batches of 64, three ahead, one thread for each four processors (four at most), all images, no augmentation. */
    public static BatchLoaderOptions defaults() {
        int workers = Math.clamp(Runtime.getRuntime().availableProcessors() / 4, 1, 4);
        return new BatchLoaderOptions(64, 3, workers, LastBatch.KEEP, 1, List.of(), null);
    }

    /** These options with another batch size. */
    public BatchLoaderOptions withBatchSize(int batchSize) {
        return new BatchLoaderOptions(batchSize, prefetch, workers, lastBatch, seed, augmentations, inputSize);
    }

    /** These options with another number of batches ahead. */
    public BatchLoaderOptions withPrefetch(int prefetch) {
        return new BatchLoaderOptions(batchSize, prefetch, workers, lastBatch, seed, augmentations, inputSize);
    }

    /** These options with another number of threads. */
    public BatchLoaderOptions withWorkers(int workers) {
        return new BatchLoaderOptions(batchSize, prefetch, workers, lastBatch, seed, augmentations, inputSize);
    }

    /** These options with another treatment of the last batch. */
    public BatchLoaderOptions withLastBatch(LastBatch lastBatch) {
        return new BatchLoaderOptions(batchSize, prefetch, workers, lastBatch, seed, augmentations, inputSize);
    }

    /** These options with another seed. */
    public BatchLoaderOptions withSeed(long seed) {
        return new BatchLoaderOptions(batchSize, prefetch, workers, lastBatch, seed, augmentations, inputSize);
    }

    /** These options with other augmentations. */
    public BatchLoaderOptions withAugmentations(List<Augmentation> augmentations) {
        return new BatchLoaderOptions(batchSize, prefetch, workers, lastBatch, seed, augmentations, inputSize);
    }

    /** These options with the size that the model takes. */
    public BatchLoaderOptions withInputSize(@Nullable ImageSize inputSize) {
        return new BatchLoaderOptions(batchSize, prefetch, workers, lastBatch, seed, augmentations, inputSize);
    }
}
