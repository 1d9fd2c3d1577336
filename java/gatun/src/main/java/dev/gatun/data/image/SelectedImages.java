package dev.gatun.data.image;

import dev.gatun.data.Sampler;
import java.util.Arrays;

/** A selection of images of another data set, which it owns. */
public final class SelectedImages extends WrappedImages {
    private final int[] selection;

    private SelectedImages(ImageDataset all, int[] selection) {
        super(all);
        this.selection = selection;
        Arrays.sort(selection); // neighbours lie close to each other on the disk
    }

    /** Returns the first {@code limit} images of a seeded shuffle, in the data set's order; all images for 0. */
    public static ImageDataset limit(ImageDataset all, int limit, long seed) {
        if (limit == 0 || limit >= all.size()) {
            return all;
        }
        return new SelectedImages(all, Arrays.copyOf(Sampler.shuffled(all.size(), seed).order(0), limit));
    }

    /**
     * Returns a long-tailed selection: class c of C keeps the first {@code n_c * ratio^(-c / (C - 1))} images of a
     * seeded shuffle, rounded and at least one, so that the last class has {@code ratio} times fewer than the first
     * (the profile of Cui et al., "Class-Balanced Loss", 2019).
     */
    public static ImageDataset longTailed(ImageDataset all, double ratio, long seed) {
        int[] keep = counts(all);
        for (int c = 0; c < keep.length; c++) {
            double share = Math.pow(ratio, -c / Math.max(1.0, keep.length - 1.0));
            keep[c] = Math.max(1, (int) Math.round(keep[c] * share));
        }
        return firstOfEach(all, keep, seed);
    }

    /** Returns a balanced selection: each class keeps as many images as the rarest class that has any. */
    public static ImageDataset balanced(ImageDataset all, long seed) {
        int[] keep = counts(all);
        Arrays.fill(keep, Arrays.stream(keep).filter(count -> count > 0).min().orElse(0));
        return firstOfEach(all, keep, seed);
    }

    private static int[] counts(ImageDataset all) {
        int[] counts = new int[all.classes()];
        for (int i = 0; i < all.size(); i++) {
            counts[all.label(i)]++;
        }
        return counts;
    }

    private static ImageDataset firstOfEach(ImageDataset all, int[] keep, long seed) {
        int[] left = keep.clone();
        return new SelectedImages(all, Arrays.stream(Sampler.shuffled(all.size(), seed).order(0))
                .filter(index -> left[all.label(index)]-- > 0).toArray());
    }

    @Override
    public int size() {
        return selection.length;
    }

    @Override
    public int label(int index) {
        return source.label(selection[index]);
    }

    @Override
    public void read(int index, byte[] pixels) {
        source.read(selection[index], pixels);
    }
}
