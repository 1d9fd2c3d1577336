package dev.gatun.data.image;

/**
 * How many digits to draw. The defaults are here and nowhere else.
 *
 * @param train number of training images
 * @param test number of test images, never the same as a training image
 * @param seed decides every image
 */
public record DigitsOptions(int train, int test, long seed) {
    /** Checks that both splits have images. */
    public DigitsOptions {
        if (train < 1 || test < 1) {
            throw new IllegalArgumentException("both splits need at least one image: " + train + " and " + test);
        }
    }

    /** 20,000 to train on and 4,000 to test on. */
    public static DigitsOptions defaults() {
        return new DigitsOptions(20_000, 4_000, 1);
    }

    /** These options with another number of training images. */
    public DigitsOptions withTrain(int train) {
        return new DigitsOptions(train, test, seed);
    }

    /** These options with another number of test images. */
    public DigitsOptions withTest(int test) {
        return new DigitsOptions(train, test, seed);
    }

    /** These options with another seed. */
    public DigitsOptions withSeed(long seed) {
        return new DigitsOptions(train, test, seed);
    }
}
