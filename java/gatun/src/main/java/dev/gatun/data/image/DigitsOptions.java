package dev.gatun.data.image;

import dev.gatun.options.WithMethods;

/**
 * Options of drawn digits.
 *
 * @param train number of training images
 * @param test number of test images, all different from the training images
 * @param seed determines every image
 */
@WithMethods
public record DigitsOptions(int train, int test, long seed) implements DigitsOptionsBuilder.With {
    /** Checks that both splits have images. */
    public DigitsOptions {
        if (train < 1 || test < 1) {
            throw new IllegalArgumentException("both splits need at least one image: " + train + " and " + test);
        }
    }

    /** Returns the defaults: 20,000 training images and 4,000 test images. */
    public static DigitsOptions defaults() {
        return new DigitsOptions(20_000, 4_000, 1);
    }
}
