package dev.gatun.compress.quantize;

/** How the range of an activation follows from what is seen of it. */
public enum Observer {
    /** The least and the greatest of all. */
    MIN_MAX,
    /** The least and the greatest of each batch, averaged with a weight of 0.1 for the newer. */
    MOVING_AVERAGE,
    /** What all but one in ten thousand lie in. */
    PERCENTILE,
    /** The range with the least mean squared error of rounding. */
    MSE,
    /**
     * The range whose rounded distribution has the least relative entropy (Kullback and Leibler) to the one that was
     * seen, as TensorRT chooses it (Migacz, 2017).
     */
    ENTROPY;

    /** Whether it looks at a histogram, which takes a second pass over the examples. */
    boolean needsHistogram() {
        return this == PERCENTILE || this == MSE || this == ENTROPY;
    }
}
