package dev.gatun.data.image;

import dev.gatun.data.DataDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Images in a byte array, one after the other. */
public final class MemoryImages implements ImageDataset {
    /** Bytes of pixels that the digest reads: labels and these tell files apart. */
    private static final int HEAD = 1 << 20;

    private final String name;
    private final List<String> classNames;
    private final ImageSize size;
    private final byte[] labels;
    private volatile byte @Nullable [] pixels;

    /** Creates a data set of grey images: {@code pixels} is {@code [image][height][width]}, {@code labels} unsigned. */
    public MemoryImages(String name, List<String> classNames, ImageSize size, byte[] pixels, byte[] labels) {
        this.name = name;
        this.classNames = List.copyOf(classNames);
        this.size = size;
        this.pixels = pixels;
        this.labels = labels;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public int classes() {
        return classNames.size();
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public int channels() {
        return 1;
    }

    @Override
    public int height() {
        return size.height();
    }

    @Override
    public int width() {
        return size.width();
    }

    @Override
    public int label(int index) {
        return labels[index] & 0xFF;
    }

    /** Adds the length and the head of the pixels. */
    @Override
    public String digest() {
        byte[] all = open();
        return new DataDigest().add(ImageDataset.super.digest()).add(all.length)
                .add(all, Math.min(all.length, HEAD)).hex();
    }

    private byte[] open() {
        byte[] all = pixels;
        if (all == null) {
            throw new IllegalStateException(name + " is closed");
        }
        return all;
    }

    @Override
    public void read(int index, byte[] result) {
        byte[] all = open();
        int bytes = imageBytes();
        System.arraycopy(all, index * bytes, result, 0, bytes);
    }

    @Override
    public void close() {
        pixels = null;
    }
}
