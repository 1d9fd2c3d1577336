package dev.gatun.data.image;

import dev.gatun.data.Sampler;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** A selection of images of another data set, which it owns. */
public final class SelectedImages extends WrappedImages {
    private final String name;
    private final int[] selection;

    private SelectedImages(ImageDataset all, int[] selection) {
        this(all, all.name(), selection);
    }

    private SelectedImages(ImageDataset all, String name, int[] selection) {
        super(all);
        this.name = name;
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

    /**
     * Images in two parts, which share what they are selected from: closing either closes both.
     *
     * @param rest    all others
     * @param heldOut as many as were asked for
     */
    public record HeldOut(ImageDataset rest, ImageDataset heldOut) {}

    /**
     * Holds images out, of each class in proportion, as a seed decides. A class of several images keeps one at least,
     * and one of a single image keeps it.
     *
     * @param count number of images to hold out
     * @throws IllegalArgumentException when so many cannot be
     */
    public static HeldOut holdOut(ImageDataset all, int count, long seed) {
        int[] of = counts(all);
        int[] held = new int[of.length];
        int most = Arrays.stream(of).map(images -> Math.max(0, images - 1)).sum();
        if (count < 1 || count > most) {
            throw new IllegalArgumentException("of " + all.size() + " images in " + all.classes()
                    + " classes, each of which keeps one, at most " + most + " can be held out, not " + count);
        }
        double share = (double) count / all.size();
        for (int c = 0; c < of.length; c++) {
            held[c] = Math.min((int) (share * of[c]), Math.max(0, of[c] - 1));
        }
        // What rounding left goes to the classes that it took most from, the first of equals first.
        while (Arrays.stream(held).sum() < count) {
            int next = IntStream.range(0, of.length).filter(c -> held[c] < of[c] - 1).boxed()
                    .max(Comparator.comparingDouble((Integer c) -> share * of[c] - held[c])
                            .thenComparing(Comparator.reverseOrder())).orElseThrow();
            held[next]++;
        }
        int[] left = held.clone();
        int[] order = Sampler.shuffled(all.size(), seed).order(0);
        boolean[] out = new boolean[all.size()];
        for (int index : order) {
            out[index] = left[all.label(index)]-- > 0;
        }
        return new HeldOut(
                new SelectedImages(all, IntStream.range(0, out.length).filter(i -> !out[i]).toArray()),
                new SelectedImages(all, all.name() + ", held out",
                        IntStream.range(0, out.length).filter(i -> out[i]).toArray()));
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
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return selection.length;
    }

    @Override
    public String imageName(int index) {
        return source.imageName(selection[index]);
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
