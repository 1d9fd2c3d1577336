package dev.gatun.cli.compare;

/**
 * McNemar's test (1947) of two classifiers on the same images, in its exact form: if both erred equally often, each
 * image on which one alone is right would be either's with probability 1/2.
 *
 * @param onlyFirst  images on which the first alone is right
 * @param onlySecond images on which the second alone is right
 */
record McNemar(int onlyFirst, int onlySecond) {
    /** Checks the counts. */
    McNemar {
        if (onlyFirst < 0 || onlySecond < 0) {
            throw new IllegalArgumentException("negative counts: " + onlyFirst + ", " + onlySecond);
        }
    }

    /**
     * Returns the two-sided p-value, {@code min(1, 2 P(X <= min(b, c)))} for X binomial of {@code b + c} trials with
     * probability 1/2; 1 where no image tells the two apart.
     */
    double pValue() {
        int trials = onlyFirst + onlySecond;
        int fewer = Math.min(onlyFirst, onlySecond);
        double logChoose = 0; // of trials over i
        double tail = 0;
        for (int i = 0; i <= fewer; i++) {
            tail += Math.exp(logChoose - trials * Math.log(2));
            logChoose += Math.log(trials - i) - Math.log(i + 1);
        }
        return Math.min(1, 2 * tail);
    }
}
