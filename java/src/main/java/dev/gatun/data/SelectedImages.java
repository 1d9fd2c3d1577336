package dev.gatun.data;

import java.util.Arrays;
import java.util.List;

/** Some of the images of another data set, which it owns. */
final class SelectedImages implements ImageDataset {
    private final ImageDataset all;
    private final int[] selection;

    private SelectedImages(ImageDataset all, int[] selection) {
        this.all = all;
        this.selection = selection;
    }

    /** The first {@code limit} images of a seeded shuffle, in the data set's own order; all of them for 0. */
    static ImageDataset limit(ImageDataset all, int limit, long seed) {
        if (limit == 0 || limit >= all.size()) {
            return all;
        }
        int[] selection = Arrays.copyOf(Sampler.shuffled(all.size(), seed).order(0), limit);
        Arrays.sort(selection); // neighbours lie close to each other on the disk
        return new SelectedImages(all, selection);
    }

    @Override
    public String name() {
        return all.name();
    }

    @Override
    public int size() {
        return selection.length;
    }

    @Override
    public int classes() {
        return all.classes();
    }

    @Override
    public List<String> classNames() {
        return all.classNames();
    }

    @Override
    public int channels() {
        return all.channels();
    }

    @Override
    public int height() {
        return all.height();
    }

    @Override
    public int width() {
        return all.width();
    }

    @Override
    public int label(int index) {
        return all.label(selection[index]);
    }

    @Override
    public void read(int index, byte[] pixels) {
        all.read(selection[index], pixels);
    }

    @Override
    public void close() {
        all.close();
    }
}
