package dev.gatun.data.image;

import dev.gatun.data.ColorMode;
import dev.gatun.data.DataDigest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Images in files, decoded, and brought to one size where that is asked for, each time they are read. */
final class EncodedImages implements ImageDataset {
    private final FileTree tree;
    private final String split;
    private final String[] files;
    private final int[] labels;
    private final List<String> classNames;
    private final ImageFormat format;
    private final @Nullable CentreResize resize;
    private final ImageDecoder decoder;
    private volatile boolean closed;

    EncodedImages(
            FileTree tree,
            String split,
            List<String> files,
            int[] labels,
            List<String> classNames,
            ImageFormat format,
            @Nullable CentreResize resize) {
        this.tree = tree;
        this.split = split;
        this.files = files.toArray(String[]::new);
        this.labels = labels;
        this.classNames = List.copyOf(classNames);
        this.format = format;
        this.resize = resize;
        this.decoder = new ImageDecoder(tree);
    }

    @Override
    public String name() {
        return tree.name() + " " + split;
    }

    @Override
    public int size() {
        return files.length;
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
        return format.channels();
    }

    @Override
    public int height() {
        return resize == null ? format.size().height() : resize.size();
    }

    @Override
    public int width() {
        return resize == null ? format.size().width() : resize.size();
    }

    @Override
    public OptionalInt resized() {
        return resize == null ? OptionalInt.empty() : OptionalInt.of(resize.size());
    }

    @Override
    public Optional<ColorMode> converted() {
        return format.color() == ColorMode.AUTO ? Optional.empty() : Optional.of(format.color());
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public String imageName(int index) {
        return tree.describe(files[index]);
    }

    /** Of the names of the files, relative to the data set, their sizes and labels. */
    @Override
    public String digest() {
        DataDigest digest = new DataDigest();
        classNames.forEach(digest::add);
        for (int i = 0; i < files.length; i++) {
            digest.add(files[i]).add(tree.size(files[i])).add(labels[i]);
        }
        return digest.hex();
    }

    @Override
    public void read(int index, byte[] pixels) {
        if (closed) {
            throw new IllegalStateException(name() + " is closed");
        }
        if (resize == null) {
            decoder.decode(files[index], format, pixels);
        } else {
            decoder.decode(files[index], format, resize, pixels);
        }
    }

    @Override
    public void close() {
        closed = true;
        tree.close();
    }
}
