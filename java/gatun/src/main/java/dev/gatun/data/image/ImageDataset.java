package dev.gatun.data.image;

import java.util.List;
import java.util.OptionalInt;

/**
 * Labelled images of one size with random access. Any number of threads may read at the same time. Use after
 * {@link #close()} throws {@link IllegalStateException}; closing again does nothing.
 */
public interface ImageDataset extends AutoCloseable {
    /** What people call it: where it came from and which split it is. */
    String name();

    /** Number of images, at least 1. */
    int size();

    /** Number of classes; labels are {@code 0 .. classes - 1}. */
    int classes();

    /** One name for each class, by label. */
    List<String> classNames();

    /** 1 for grey, 3 for red, green, blue. */
    int channels();

    /** Rows of every image. */
    int height();

    /** Columns of every image. */
    int width();

    /** Height and width that images of any size are brought to; empty where they are as they are. */
    default OptionalInt resized() {
        return OptionalInt.empty();
    }

    /** The class of one image. */
    int label(int index);

    /**
     * Copies the pixels of one image: unsigned bytes, {@code [height][width][channels]}.
     *
     * @param pixels at least {@link #imageBytes()} long
     * @throws dev.gatun.data.DataException when the image cannot be read; the message names its file
     */
    void read(int index, byte[] pixels);

    /** Bytes of one image: height x width x channels. */
    default int imageBytes() {
        return height() * width() * channels();
    }

    @Override
    void close();
}
