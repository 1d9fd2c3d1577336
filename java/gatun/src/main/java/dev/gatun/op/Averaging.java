package dev.gatun.op;

/** The update of running statistics from those of a batch. */
public sealed interface Averaging {
    /**
     * An exponential moving average, {@code running + momentum * (batch - running)}.
     *
     * @param momentum weight of the new batch
     */
    record Exponential(double momentum) implements Averaging {
        public Exponential {
            if (!(momentum >= 0 && momentum <= 1)) {
                throw new IllegalArgumentException("momentum must lie in [0, 1], got " + momentum);
            }
        }
    }

    /** The mean over all batches, which are counted in an additional variable. */
    record Cumulative() implements Averaging {}
}
