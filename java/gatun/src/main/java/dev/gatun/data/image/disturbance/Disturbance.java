package dev.gatun.data.image.disturbance;

import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.SelectedImages;

/**
 * What is done to training images on purpose, to see what training makes of it. Which images it meets, and how, is
 * decided by a seed alone.
 */
public sealed interface Disturbance {
    /** Nothing. */
    record None() implements Disturbance {
        @Override
        public String toString() {
            return "clean";
        }
    }

    /**
     * Wrong labels: another class, each equally likely.
     *
     * @param rate the share of images that get one, above 0 and at most 1
     */
    record LabelNoise(double rate) implements Disturbance {
        public LabelNoise {
            check(rate > 0 && rate <= 1, "the rate of wrong labels must be above 0 and at most 1", rate);
        }

        @Override
        public String toString() {
            return "label noise " + rate;
        }
    }

    /**
     * Bell-shaped noise on every pixel, cut off at black and white.
     *
     * @param deviation standard deviation, as a share of the range from black to white; above 0 and at most 10
     */
    record InputNoise(double deviation) implements Disturbance {
        public InputNoise {
            check(deviation > 0 && deviation <= 10, "the deviation of noise must be above 0 and at most 10", deviation);
        }

        @Override
        public String toString() {
            return "input noise " + deviation;
        }
    }

    /**
     * Classes of unequal size: from the first to the last their sizes fall geometrically. The test images become as
     * many in each class, so that rare classes count.
     *
     * @param ratio size of the first class over that of the last; above 1
     */
    record Imbalance(double ratio) implements Disturbance {
        public Imbalance {
            check(ratio > 1 && Double.isFinite(ratio), "the ratio of class sizes must be above 1", ratio);
        }

        @Override
        public String toString() {
            return "imbalance " + ratio;
        }
    }

    /** The split as it is then. It owns the one it was made from: closing either closes both. */
    default DataSplit apply(DataSplit clean, long seed) {
        return switch (this) {
            case None _ -> clean;
            case LabelNoise(double rate) -> new DataSplit(new NoisyLabels(clean.train(), rate, seed), clean.test());
            case InputNoise(double deviation) ->
                    new DataSplit(new NoisyPixels(clean.train(), deviation, seed), clean.test());
            case Imbalance(double ratio) -> new DataSplit(
                    SelectedImages.longTailed(clean.train(), ratio, seed), SelectedImages.balanced(clean.test(), seed));
        };
    }

    private static void check(boolean valid, String rule, double value) {
        if (!valid) {
            throw new IllegalArgumentException(rule + ", got " + value);
        }
    }
}
