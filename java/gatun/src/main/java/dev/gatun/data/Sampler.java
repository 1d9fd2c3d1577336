package dev.gatun.data;

/** Which images an epoch visits, in which order: a pure function of the epoch. Implementations are immutable. */
public interface Sampler {
    /** Number of images in an epoch. */
    int size();

    /** The image indices of one epoch, {@link #size()} of them, a fresh array. */
    int[] order(long epoch);

    /** Every image once, in an order that depends on (seed, epoch, size) only: for training. */
    static Sampler shuffled(int size, long seed) {
        return new Shuffled(size, seed);
    }

    /** Every image once, in the data set's order, the same in each epoch: for evaluation. */
    static Sampler sequential(int size) {
        return new Sequential(size);
    }

    /** Made by {@link Sampler#shuffled}. */
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

    /** Made by {@link Sampler#sequential}. */
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
