package dev.gatun.data;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.ImageSize;
import dev.gatun.data.image.ImageTransform;
import dev.gatun.data.image.Normalization;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/** Reads, augments and normalizes the images of one batch into its staging memory. One for each thread. */
final class BatchFiller {
    private final ImageDataset dataset;
    private final long seed;
    private final int batchSize;
    private final ImageTransform transform;
    private final SeededRandom random = new SeededRandom();
    private final byte[] pixels;
    // On the heap, and copied in one piece: element-wise access to segments is several times slower.
    private final float[] image;
    private final int[] labels;

    BatchFiller(ImageDataset dataset, Normalization normalization, BatchLoaderOptions options) {
        this.dataset = dataset;
        this.seed = options.seed();
        this.batchSize = options.batchSize();
        this.transform = new ImageTransform(
                new ImageSize(dataset.height(), dataset.width()), normalization, options.augmentations());
        this.pixels = new byte[dataset.imageBytes()];
        this.image = new float[transform.output().height() * transform.output().width() * dataset.channels()];
        this.labels = new int[batchSize];
    }

    /** Stops early, leaving the batch unfinished, once {@code cancelled} says so. */
    void fill(Batch batch, BooleanSupplier cancelled) {
        int[] order = batch.order();
        MemorySegment images = batch.images();
        int first = batch.indexInEpoch() * batchSize;
        for (int i = 0; i < batch.size() && !cancelled.getAsBoolean(); i++) {
            int index = order[first + i];
            try {
                dataset.read(index, pixels);
                labels[i] = dataset.label(index);
            } catch (DataException e) {
                throw e; // names its file already
            } catch (RuntimeException e) {
                throw new DataException(dataset.name(), "image " + index + " cannot be read: " + e, "see the cause", e);
            }
            transform.apply(pixels, random.seed(seed, batch.epoch(), index), image, 0);
            MemorySegment.copy(image, 0, images, JAVA_FLOAT, (long) i * image.length * Float.BYTES, image.length);
        }
        MemorySegment.copy(labels, 0, batch.labels(), JAVA_INT, 0, batch.size());
    }
}
