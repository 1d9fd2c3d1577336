package dev.gatun.data;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Determines the images of an epoch and their order, as a pure function of the epoch. Implementations are immutable.
 */
public interface Sampler {
    /** Returns the number of images in an epoch. */
    int size();

    /** Returns the image indices of one epoch, {@link #size()} of them, in a new array. */
    int[] order(long epoch);

    /** Returns a sampler for training: every image once, in an order that depends on (seed, epoch, size) only. */
    static Sampler shuffled(int size, long seed) {
        return new Shuffled(size, seed);
    }

    /**
     * Returns a sampler for training on unequal classes: as many images as there are, drawn with replacement, each
     * class equally likely and within it each image. What is drawn depends on (seed, epoch, labels) only.
     *
     * @param labels label of each image, from 0 on
     */
    static Sampler balanced(int[] labels, long seed) {
        return new Balanced(labels, seed);
    }

    /** Returns a sampler for evaluation: every image once, in the data set's order. */
    static Sampler sequential(int size) {
        return new Sequential(size);
    }

    /** The sampler that {@link Sampler#shuffled} returns. */
    record Shuffled(int size, long seed) implements Sampler {
        /** Keeps these numbers apart from those that augmentation draws from the same seed. */
        private static final long STREAM = 0x53414D504C455231L;

        /** Checks the size. */
        public Shuffled {
            checkSize(size);
        }

        @Override
        public int[] order(long epoch) {
            int[] order = new Sequential(size).order(epoch);
            SeededRandom random = new SeededRandom().seed(seed, epoch, STREAM);
            for (int i = size - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swapped = order[i];
                order[i] = order[j];
                order[j] = swapped;
            }
            return order;
        }
    }

    /** The sampler that {@link Sampler#balanced} returns. */
    final class Balanced implements Sampler {
        /** Keeps these numbers apart from those that augmentation draws from the same seed. */
        private static final long STREAM = 0x42414C414E433031L;

        private final int size;
        private final int[][] byClass;
        private final long seed;

        private Balanced(int[] labels, long seed) {
            this.size = labels.length;
            this.seed = seed;
            byClass = IntStream.range(0, Arrays.stream(labels).max().orElse(-1) + 1)
                    .mapToObj(label -> IntStream.range(0, labels.length).filter(i -> labels[i] == label).toArray())
                    .filter(images -> images.length > 0).toArray(int[][]::new);
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public int[] order(long epoch) {
            int[] order = new int[size];
            SeededRandom random = new SeededRandom().seed(seed, epoch, STREAM);
            for (int i = 0; i < size; i++) {
                int[] images = byClass[random.nextInt(byClass.length)];
                order[i] = images[random.nextInt(images.length)];
            }
            return order;
        }
    }

    /** Returns a sampler for the evaluation by one of several ranks: its share of the images, in their order. */
    static Sampler sequential(int size, Share share) {
        return new Consecutive(share.begin(size), share.size(size));
    }

    /** Images in a row. */
    record Consecutive(int first, int size) implements Sampler {
        /** Checks the size. */
        public Consecutive {
            checkSize(size);
        }

        @Override
        public int[] order(long epoch) {
            return IntStream.range(first, first + size).toArray();
        }
    }

    /** The sampler that {@link Sampler#sequential} returns. */
    record Sequential(int size) implements Sampler {
        /** Checks the size. */
        public Sequential {
            checkSize(size);
        }

        @Override
        public int[] order(long epoch) {
            int[] order = new int[size];
            for (int i = 0; i < size; i++) {
                order[i] = i;
            }
            return order;
        }
    }

    private static void checkSize(int size) {
        if (size < 0) {
            throw new IllegalArgumentException("negative number of images: " + size);
        }
    }
}
