package dev.gatun.compress.quantize;

/**
 * How far the distribution of rounded numbers is from that of the numbers (Migacz, 8-bit inference with TensorRT,
 * 2017).
 */
final class Divergence {
    private Divergence() {}

    /**
     * The Kullback-Leibler divergence when numbers are clamped after some bins, and those bins become levels.
     *
     * @param counts numbers in each bin of magnitudes
     * @param used   bins that may hold numbers
     * @param bins   bins that are not clamped
     * @param levels at most as many as bins
     */
    static double of(long[] counts, int used, int bins, int levels) {
        double clamped = 0;
        for (int i = bins; i < used; i++) {
            clamped += counts[i];
        }
        double total = clamped;
        double kept = 0;
        for (int i = 0; i < bins; i++) {
            total += counts[i];
            kept += counts[i];
        }
        if (kept == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double sum = 0;
        for (int level = 0; level < levels; level++) {
            int from = (int) ((long) level * bins / levels);
            int to = (int) ((long) (level + 1) * bins / levels);
            sum += ofLevel(counts, from, to, to == bins ? clamped : 0, total, kept);
        }
        return sum;
    }

    /** A level gives its numbers in equal parts to all of its bins that had any. */
    private static double ofLevel(long[] counts, int from, int to, double clamped, double total, double kept) {
        double numbers = 0;
        int filled = 0;
        for (int i = from; i < to; i++) {
            numbers += counts[i];
            filled += counts[i] > 0 ? 1 : 0;
        }
        double sum = 0;
        for (int i = from; i < to; i++) {
            double p = (counts[i] + (i == to - 1 ? clamped : 0)) / total;
            double q = counts[i] > 0 ? numbers / filled / kept : 0;
            if (p > 0) {
                sum += q > 0 ? p * Math.log(p / q) : p * 30; // nothing is left of what was there
            }
        }
        return sum;
    }
}
