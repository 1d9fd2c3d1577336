package dev.gatun.update;

/** Norms of vectors. */
public final class Norms {
    private Norms() {}

    /** Returns the Euclidean norm. */
    public static double of(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }
}
