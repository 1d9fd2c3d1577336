package dev.gatun.lab;

import java.util.List;

/** Detects steps whose loss is far above the losses before. */
public final class LossSpikes {
    /** Losses that the running median is taken of: those before the step, at least the smaller number. */
    private static final int WINDOW = 50;
    private static final int FEWEST = 10;

    private LossSpikes() {}

    /** Returns the number of losses above {@code factor} times the median of the losses before. */
    public static int count(List<Float> losses, double factor) {
        int spikes = 0;
        for (int i = FEWEST; i < losses.size(); i++) {
            if (losses.get(i) > factor * median(losses.subList(Math.max(0, i - WINDOW), i))) {
                spikes++;
            }
        }
        return spikes;
    }

    /** Returns the median. */
    public static double median(List<Float> values) {
        double[] sorted = values.stream().mapToDouble(Float::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
