package dev.gatun.data.image;

import dev.gatun.options.WithMethods;

/**
 * How many digits to draw. The defaults are here and nowhere else.
 *
 * @param train number of training images
 * @param test number of test images, never the same as a training image
 * @param seed decides every image
 */
@WithMethods
public record DigitsOptions(int train, int test, long seed) implements DigitsOptionsBuilder.With {
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
}
