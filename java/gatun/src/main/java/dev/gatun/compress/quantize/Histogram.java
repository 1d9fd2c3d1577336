package dev.gatun.compress.quantize;

import java.util.Arrays;

/**
 * How often numbers fall into bins of equal width around zero. When a number lies outside, neighbours become one and
 * the range doubles, so that no number has to be seen twice. NaN and infinite numbers are refused.
 */
final class Histogram {
    private static final int HALF = 2048;

    private final long[] counts = new long[2 * HALF];
    private double limit;
    private long count;
    private double least = Double.POSITIVE_INFINITY;
    private double greatest = Double.NEGATIVE_INFINITY;

    /** Adds numbers from one place of an array up to another. */
    void add(float[] numbers, int from, int to) {
        for (int i = from; i < to; i++) {
            add(numbers[i]);
        }
    }

    private void add(double number) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("a network whose activations or weights are not finite (" + number
                    + ") cannot be quantized");
        }
        least = Math.min(least, number);
        greatest = Math.max(greatest, number);
        count++;
        if (Math.abs(number) >= limit) {
            widen(Math.abs(number));
        }
        counts[bin(number)]++;
    }

    private void widen(double magnitude) {
        if (limit == 0) {
            if (magnitude > 0) {
                long zeros = counts[HALF];
                limit = Math.max(Float.MIN_NORMAL, Math.scalb(1.0, Math.getExponent(magnitude) + 1));
                Arrays.fill(counts, 0);
                counts[HALF] = zeros;
            }
            return;
        }
        while (magnitude >= limit) {
            long[] wider = new long[counts.length];
            for (int i = 0; i < counts.length; i++) {
                wider[HALF + Math.floorDiv(i - HALF, 2)] += counts[i];
            }
            System.arraycopy(wider, 0, counts, 0, counts.length);
            limit *= 2;
        }
    }

    private int bin(double number) {
        return limit == 0 ? HALF : Math.clamp((long) Math.floor(number / width()) + HALF, 0, counts.length - 1);
    }

    private double width() {
        return limit / HALF;
    }

    long count() {
        return count;
    }

    double least() {
        return least;
    }

    double greatest() {
        return greatest;
    }

    /** The number below which a share of all lie, to the width of a bin. */
    double quantile(double share) {
        double wanted = share * count;
        long below = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0 && below + counts[i] >= wanted) {
                double within = (wanted - below) / counts[i];
                return Math.clamp((i - HALF + within) * width(), least, greatest);
            }
            below += counts[i];
        }
        return greatest;
    }

    /** The magnitude below which a share of all magnitudes lie, to the width of a bin. */
    double quantileOfMagnitudes(double share) {
        long[] magnitudes = magnitudes();
        double wanted = share * count;
        long below = 0;
        for (int i = 0; i < magnitudes.length; i++) {
            if (magnitudes[i] > 0 && below + magnitudes[i] >= wanted) {
                double within = (wanted - below) / magnitudes[i];
                return Math.min((i + within) * width(), magnitude());
            }
            below += magnitudes[i];
        }
        return magnitude();
    }

    /** The largest magnitude. */
    double magnitude() {
        return count == 0 ? 0 : Math.max(Math.abs(least), Math.abs(greatest));
    }

    /** The mean squared error of rounding, with each bin's numbers in its middle. */
    double error(StepSize step, int low, int high) {
        double sum = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                double number = (i - HALF + 0.5) * width();
                double error = number - step.rounded(number, low, high);
                sum += counts[i] * error * error;
            }
        }
        return sum / Math.max(1, count);
    }

    /** How often magnitudes fall into bins of the same width from zero. */
    private long[] magnitudes() {
        long[] magnitudes = new long[HALF];
        for (int i = 0; i < HALF; i++) {
            magnitudes[i] = counts[HALF + i] + counts[HALF - 1 - i];
        }
        return magnitudes;
    }

    /** The magnitude to clamp at that loses the least information when what is within becomes so many levels. */
    double leastDivergence(int levels) {
        long[] magnitudes = magnitudes();
        int used = magnitudes.length;
        while (used > 0 && magnitudes[used - 1] == 0) {
            used--;
        }
        if (used <= levels) {
            return magnitude();
        }
        int best = used;
        double least = Double.POSITIVE_INFINITY;
        for (int bins = levels; bins <= used; bins++) {
            double divergence = Divergence.of(magnitudes, used, bins, levels);
            if (divergence < least) {
                least = divergence;
                best = bins;
            }
        }
        return Math.min(best * width(), magnitude());
    }
}
