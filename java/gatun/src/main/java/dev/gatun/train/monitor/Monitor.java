package dev.gatun.train.monitor;

/** The quantity, measured after each epoch, that says which epoch is best. */
public enum Monitor {
    /** The mean loss: less is better. */
    LOSS,
    /** The fraction of examples classified correctly: more is better. */
    ACCURACY;

    /** Returns whether a value is better than another by more than {@code delta}; NaN never is. */
    public boolean isBetter(double value, double than, double delta) {
        return switch (this) {
            case LOSS -> value < than - delta;
            case ACCURACY -> value > than + delta;
        };
    }

    /** Returns a value that any other is better than. */
    double worst() {
        return switch (this) {
            case LOSS -> Double.POSITIVE_INFINITY;
            case ACCURACY -> Double.NEGATIVE_INFINITY;
        };
    }
}
