package dev.gatun.op;

/** How running statistics follow those of batches. */
public sealed interface Averaging {
    /**
     * {@code running + momentum * (batch - running)}: later batches weigh more.
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

    /** The mean over all batches, which one more variable counts. */
    record Cumulative() implements Averaging {}
}
