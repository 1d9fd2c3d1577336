package dev.gatun.data;

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
