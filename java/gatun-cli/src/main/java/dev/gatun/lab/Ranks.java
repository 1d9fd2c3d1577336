package dev.gatun.lab;

/** Places in a competition. */
final class Ranks {
    private Ranks() {}

    /**
     * The rank of each value, 1 for the best. Equal values share the mean of their ranks; what is not a number comes
     * last.
     *
     * @param better which values are better
     */
    static double[] of(double[] values, Measure.Better better) {
        double[] keys = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            double key = better == Measure.Better.HIGHER ? -values[i] : values[i];
            keys[i] = Double.isNaN(key) ? Double.POSITIVE_INFINITY : key;
        }
        double[] ranks = new double[values.length];
        for (int i = 0; i < keys.length; i++) {
            int ahead = 0;
            int equal = 0;
            for (double other : keys) {
                if (other < keys[i]) {
                    ahead++;
                } else if (other == keys[i]) {
                    equal++;
                }
            }
            ranks[i] = ahead + (equal + 1) / 2.0;
        }
        return ranks;
    }
}
