package dev.gatun.data.image;

import dev.gatun.data.ClassNames;
import dev.gatun.data.ColorMode;
import dev.gatun.data.DataDigest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Random access to labelled images of one size. Any number of threads may read at the same time. Use after
 * {@link #close()} throws {@link IllegalStateException}; closing again does nothing.
 */
public interface ImageDataset extends AutoCloseable {
    /** Returns a descriptive name: the origin and the split. */
    String name();

    /** Returns the number of images, at least 1. */
    int size();

    /** Returns the number of classes; labels are {@code 0 .. classes - 1}. */
    int classes();

    /** Returns the name of each class, by label; where classes have no names, their numbers as text. */
    default List<String> classNames() {
        return ClassNames.numbers(classes());
    }

    /** Returns the number of channels: 1 for grey, 3 for red, green, blue. */
    int channels();

    /** Returns the height of every image, in pixels. */
    int height();

    /** Returns the width of every image, in pixels. */
    int width();

    /** Height and width that images of any size are brought to; empty where they are as they are. */
    default OptionalInt resized() {
        return OptionalInt.empty();
    }

    /** What images of either kind were asked to be read as; empty where they are as they are. */
    default Optional<ColorMode> converted() {
        return Optional.empty();
    }

    /** Returns the label of an image. */
    int label(int index);

    /** Returns a name of an image for people: its file, or the data set and its number. */
    default String imageName(int index) {
        return name() + " " + index;
    }

    /**
     * Copies the pixels of one image: unsigned bytes, {@code [height][width][channels]}.
     *
     * @param pixels at least {@link #imageBytes()} long
     * @throws dev.gatun.data.DataException when the image cannot be read; the message names its file
     */
    void read(int index, byte[] pixels);

    /**
     * Returns a SHA-256, as 64 hexadecimal digits, that tells whether this is the data set that it was: of the labels,
     * the names of the classes and the size of the images. Data sets in files add what tells their files.
     */
    default String digest() {
        DataDigest digest = new DataDigest().add(size()).add(channels()).add(height()).add(width());
        classNames().forEach(digest::add);
        for (int i = 0; i < size(); i++) {
            digest.add(label(i));
        }
        return digest.hex();
    }

    /** Returns the bytes of one image: height x width x channels. */
    default int imageBytes() {
        return height() * width() * channels();
    }

    @Override
    void close();
}
