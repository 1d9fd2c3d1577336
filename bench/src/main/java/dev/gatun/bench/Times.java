package dev.gatun.bench;

import java.util.Arrays;

/** Of several measurements of one thing, which one is told. */
final class Times {
    private Times() {}

    static double median(double... times) {
        double[] sorted = times.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
