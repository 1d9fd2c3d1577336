package dev.gatun.op.function;

/** The standard normal distribution, to the last digits of a double. */
final class NormalDistribution {
    /** From here on the continued fraction has fewer terms than the series. */
    private static final double TAIL = 3;
    private static final int FRACTION_TERMS = 100;

    private NormalDistribution() {}

    static double density(double x) {
        return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
    }

    /**
     * The probability of at most {@code x}: near 0 by Marsaglia's series of positive terms, in the tails by Laplace's
     * continued fraction.
     */
    static double cumulative(double x) {
        if (x > TAIL) {
            return 1 - tail(x);
        }
        if (x < -TAIL) {
            return tail(-x);
        }
        double term = x;
        double sum = x;
        for (int i = 3; Math.abs(term) > 1e-18 * Math.abs(sum); i += 2) {
            term *= x * x / i;
            sum += term;
        }
        return 0.5 + sum * density(x);
    }

    private static double tail(double x) {
        if (Double.isInfinite(x)) {
            return 0;
        }
        double fraction = x;
        for (int i = FRACTION_TERMS; i > 0; i--) {
            fraction = x + i / fraction;
        }
        return density(x) / fraction;
    }
}
