package dev.gatun.data;

/** What to do with the examples at the end of an epoch that do not fill a batch. */
public enum LastBatch {
    /** Deliver them as a smaller batch. */
    KEEP,
    /** Leave them out: every batch has the same size. */
    DROP;

    /** Whether they are delivered. */
    public boolean keeps() {
        return this == KEEP;
    }

    /** Batches of an epoch over so many examples. */
    public long batches(long examples, int batchSize) {
        return keeps() ? Math.ceilDiv(examples, batchSize) : examples / batchSize;
    }
}
