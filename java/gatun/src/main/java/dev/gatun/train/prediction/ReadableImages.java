package dev.gatun.train.prediction;

import dev.gatun.data.DataException;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.WrappedImages;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Some images in a row of a data set, which it does not own, and the last of them again where more are needed. One that
 * cannot be read is black, and the reason kept.
 */
final class ReadableImages extends WrappedImages {
    private final int first;
    private final int size;
    private final AtomicReferenceArray<DataException> failures;

    ReadableImages(ImageDataset all, int first, int count, int size) {
        super(all);
        this.first = first;
        this.size = size;
        this.failures = new AtomicReferenceArray<>(count);
    }

    /** Why an image could not be read; null where it was. */
    @Nullable DataException failure(int index) {
        return failures.get(index);
    }

    private int image(int index) {
        return Math.min(index, failures.length() - 1);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int label(int index) {
        return source.label(first + image(index));
    }

    @Override
    public void read(int index, byte[] pixels) {
        try {
            source.read(first + image(index), pixels);
        } catch (DataException e) {
            failures.set(image(index), e);
            Arrays.fill(pixels, (byte) 0);
        }
    }

    @Override
    public void close() {}
}
