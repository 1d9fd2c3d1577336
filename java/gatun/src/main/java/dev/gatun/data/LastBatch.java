package dev.gatun.data;

/** Treatment of the examples at the end of an epoch that do not fill a batch. */
public enum LastBatch {
    /** They form a smaller batch. */
    KEEP,
    /** They are left out: every batch has the same size. */
    DROP;

    /** Returns whether they are delivered. */
    public boolean keeps() {
        return this == KEEP;
    }

    /** Returns the number of batches of an epoch. */
    public long batches(long examples, int batchSize) {
        return keeps() ? Math.ceilDiv(examples, batchSize) : examples / batchSize;
    }
}
