package dev.gatun.train;

import dev.gatun.data.Batch;
import org.jspecify.annotations.Nullable;

/** What the phases of a step know of it and tell each other. One object for all steps. */
final class StepState {
    /** Decides what dropout drops, together with the batch. */
    long seed;
    /** Number of the step, counted from 1. */
    long number;
    /** Number in the whole run of the batch that is computed, counted from 1. */
    long batchNumber;
    /** Batches of the step, at least 1. */
    int batches;
    /** The batch that is computed, counted from 0 within the step. */
    int index;
    /** The batch in hand, until it was copied into the program's inputs. */
    @Nullable Batch batch;
    /** Losses of the step's batches so far. */
    double lossSum;
    /** Images of the step classified correctly so far. */
    long correct;
    /** What turns the sum in the slab of gradients into the gradient of the mean loss. */
    double gradientScale;
    /** Whether the step moved the parameters. */
    boolean updated;

    void begin(long newSeed, long newNumber, long firstBatch, int newBatches, Batch first) {
        seed = newSeed;
        number = newNumber;
        batchNumber = firstBatch;
        batches = newBatches;
        index = 0;
        batch = first;
        lossSum = 0;
        correct = 0;
        gradientScale = 1;
        updated = false;
    }
}
