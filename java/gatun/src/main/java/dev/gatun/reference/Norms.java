package dev.gatun.reference;

/** Norms of vectors. */
final class Norms {
    private Norms() {}

    /** The Euclidean norm. */
    static double of(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }
}
