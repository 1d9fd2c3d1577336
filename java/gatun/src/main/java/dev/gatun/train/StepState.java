package dev.gatun.train;

import dev.gatun.data.Batch;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the phases of a step know of it and tell each other. One object for all steps. */
final class StepState {
    /** Metrics of the step's batches so far. */
    final MetricSums metrics;
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
    /** Examples of the step so far. */
    long examples;
    /** What the mean loss of the batch counts, when that of the step's first batch counts 1. */
    double weight;
    /** The weights of the step's batches so far. */
    double weights;
    /** Losses of the step's batches so far, each times its weight. */
    double lossSum;
    /** What turns the sum in the slab of gradients into the gradient of the mean loss of all examples. */
    double gradientScale;
    /** Whether the step moved the parameters. */
    boolean updated;

    private @Nullable Batch batch;
    private int firstSize;
    private @Nullable BoundProgram pass;

    StepState(MetricSums metrics) {
        this.metrics = metrics;
    }

    void begin(long newSeed, long newNumber, long firstBatch, int newBatches, Batch first) {
        seed = newSeed;
        number = newNumber;
        batchNumber = firstBatch;
        batches = newBatches;
        index = 0;
        examples = 0;
        weights = 0;
        lossSum = 0;
        gradientScale = 1;
        updated = false;
        metrics.reset();
        firstSize = first.size();
        take(first);
    }

    /** The next batch is in hand. */
    void take(Batch next) {
        batch = next;
        examples += next.size();
        weight = (double) next.size() / firstSize;
        weights += weight;
    }

    /** The batch in hand, from now on in a program's inputs. */
    Batch load(BoundProgram program) {
        Batch loaded = Objects.requireNonNull(batch, "no batch is in hand");
        batch = null;
        pass = program;
        return loaded;
    }

    /** Examples of the batch in hand. */
    int batchSize() {
        return Objects.requireNonNull(batch, "no batch is in hand").size();
    }

    /** The program of the latest batch. */
    BoundProgram pass() {
        return Objects.requireNonNull(pass, "no batch was loaded");
    }

    /** The mean loss of all examples of the step. */
    double loss() {
        return lossSum / weights;
    }
}
