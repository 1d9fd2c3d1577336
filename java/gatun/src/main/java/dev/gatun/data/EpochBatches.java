package dev.gatun.data;

/**
 * The batches of epochs.
 *
 * @param sampler   determines the examples of each epoch and their order
 * @param batchSize examples in a batch, at least 1
 */
public record EpochBatches(Sampler sampler, int batchSize) {
    public EpochBatches {
        if (batchSize < 1) {
            throw new IllegalArgumentException("a batch has at least 1 example, got " + batchSize);
        }
    }

    /** Returns the number of batches of an epoch. */
    public int count(LastBatch lastBatch) {
        return Math.toIntExact(lastBatch.batches(sampler.size(), batchSize));
    }

    /** Returns the number of examples of the smaller batch at the end of an epoch; 0 where there is none. */
    int rest(LastBatch lastBatch) {
        return lastBatch.keeps() ? sampler.size() % batchSize : 0;
    }
}
