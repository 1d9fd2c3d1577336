package dev.gatun.train;

import dev.gatun.data.Batch;
import java.util.Objects;
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
    /** Examples of the step so far. */
    long examples;
    /** What the mean loss of the batch counts, when that of the step's first batch counts 1. */
    double weight;
    /** The weights of the step's batches so far. */
    double weights;
    /**
     * What turns the sum in the slab of gradients, once that is divided by the loss scale, into the gradient of the
     * mean loss of all examples.
     */
    double gradientScale;

    private @Nullable SubmittedStep submitted;
    private @Nullable Batch batch;
    private int firstSize;
    private @Nullable BoundProgram pass;

    void begin(SubmittedStep place, long newSeed, long newNumber, long firstBatch, int newBatches, Batch first) {
        submitted = place;
        place.begin(newSeed, newNumber, firstBatch);
        seed = newSeed;
        number = newNumber;
        batchNumber = firstBatch;
        batches = newBatches;
        index = 0;
        examples = 0;
        weights = 0;
        gradientScale = 1;
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

    /** Where the results of the step go. */
    SubmittedStep submitted() {
        return Objects.requireNonNull(submitted, "no step was begun");
    }

    /** All phases have run. */
    void end() {
        SubmittedStep place = submitted();
        place.examples = examples;
        place.weights = weights;
        place.gradientScale = gradientScale;
    }
}
