package dev.gatun.data.image.disturbance;

import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.SelectedImages;

/**
 * A deliberate disturbance of the training images, to measure how training copes with it. A seed determines which
 * images are disturbed, and how.
 */
public sealed interface Disturbance {
    /** No disturbance. */
    record None() implements Disturbance {
        @Override
        public String toString() {
            return "clean";
        }
    }

    /**
     * Label noise: replaces labels by another class, each equally likely.
     *
     * @param rate fraction of images that get a wrong label, above 0 and at most 1
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
     * Input noise: adds approximately normal noise to every pixel, clipped at black and white.
     *
     * @param deviation standard deviation, as a fraction of the range from black to white; above 0 and at most 10
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
     * Class imbalance: class sizes fall geometrically from the first class to the last. The test images are balanced,
     * so that rare classes count equally.
     *
     * @param ratio size of the first class divided by that of the last; above 1
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

    /** Returns the disturbed split. It owns the split it was made from: closing either closes both. */
    default DataSplit apply(DataSplit clean, long seed) {
        return switch (this) {
            case None _ -> clean;
            case LabelNoise(double rate) -> clean.withTrain(new NoisyLabels(clean.train(), rate, seed));
            case InputNoise(double deviation) ->
                    clean.withTrain(new NoisyPixels(clean.train(), deviation, seed));
            case Imbalance(double ratio) -> new DataSplit(
                    SelectedImages.longTailed(clean.train(), ratio, seed), clean.validation(),
                    SelectedImages.balanced(clean.test(), seed), clean.skipped());
        };
    }

    private static void check(boolean valid, String rule, double value) {
        if (!valid) {
            throw new IllegalArgumentException(rule + ", got " + value);
        }
    }
}
