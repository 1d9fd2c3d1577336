package dev.gatun.data.image;

import java.util.List;

/** Images in JPEG or PNG files, decoded each time they are read. */
final class EncodedImages implements ImageDataset {
    private final FileTree tree;
    private final String split;
    private final String[] files;
    private final int[] labels;
    private final List<String> classNames;
    private final ImageFormat format;
    private final ImageDecoder decoder;
    private volatile boolean closed;

    EncodedImages(
            FileTree tree,
            String split,
            List<String> files,
            int[] labels,
            List<String> classNames,
            ImageFormat format) {
        this.tree = tree;
        this.split = split;
        this.files = files.toArray(String[]::new);
        this.labels = labels;
        this.classNames = List.copyOf(classNames);
        this.format = format;
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
        return format.size().height();
    }

    @Override
    public int width() {
        return format.size().width();
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public void read(int index, byte[] pixels) {
        if (closed) {
            throw new IllegalStateException(name() + " is closed");
        }
        decoder.decode(files[index], format, pixels);
    }

    @Override
    public void close() {
        closed = true;
        tree.close();
    }
}
