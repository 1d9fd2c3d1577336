package dev.gatun.data;

import java.util.function.BooleanSupplier;

/** Reads the examples of one batch into its staging memory. One for each thread. */
final class BatchFiller {
    private final Dataset.Reader reader;

    BatchFiller(Dataset dataset) {
        this.reader = dataset.reader();
    }

    /** Stops early, leaving the batch unfinished, once {@code cancelled} says so. */
    void fill(Batch batch, BooleanSupplier cancelled) {
        int[] order = batch.order();
        int first = batch.firstInEpoch();
        for (int i = 0; i < batch.size() && !cancelled.getAsBoolean(); i++) {
            reader.read(order[first + i], batch.epoch(), batch, i);
        }
    }
}
