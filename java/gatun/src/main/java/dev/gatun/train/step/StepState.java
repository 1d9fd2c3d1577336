package dev.gatun.train.step;

import dev.gatun.data.Batch;
import dev.gatun.train.program.BoundProgram;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the phases of a step know of it and tell each other. One object for all steps. */
public final class StepState {
    /** Decides what dropout drops, together with the batch. */
    public long seed;
    /** Number of the step, counted from 1. */
    public long number;
    /** Number in the whole run of the batch that is computed, counted from 1. */
    public long batchNumber;
    /** Batches of the step, at least 1. */
    public int batches;
    /** The batch that is computed, counted from 0 within the step. */
    public int index;
    /** Examples of the step so far. */
    public long examples;
    /** What the mean loss of the batch counts, when that of the step's first batch counts 1. */
    public double weight;
    /** The weights of the step's batches so far. */
    public double weights;
    /**
     * What turns the sum in the slab of gradients, once that is divided by the loss scale, into the gradient of the
     * mean loss of all examples.
     */
    public double gradientScale;

    private @Nullable SubmittedStep submitted;
    private @Nullable Batch batch;
    private int firstSize;
    private @Nullable BoundProgram pass;

    public void begin(SubmittedStep place, long newSeed, long newNumber, long firstBatch, int newBatches, Batch first) {
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
    public void take(Batch next) {
        batch = next;
        examples += next.size();
        weight = (double) next.size() / firstSize;
        weights += weight;
    }

    /** The batch in hand, from now on in a program's inputs. */
    public Batch load(BoundProgram program) {
        Batch loaded = Objects.requireNonNull(batch, "no batch is in hand");
        batch = null;
        pass = program;
        return loaded;
    }

    /** Examples of the batch in hand. */
    public int batchSize() {
        return Objects.requireNonNull(batch, "no batch is in hand").size();
    }

    /** The program of the latest batch. */
    public BoundProgram pass() {
        return Objects.requireNonNull(pass, "no batch was loaded");
    }

    /** Where the results of the step go. */
    public SubmittedStep submitted() {
        return Objects.requireNonNull(submitted, "no step was begun");
    }

    /** All phases have run. */
    public void end() {
        SubmittedStep place = submitted();
        place.examples = examples;
        place.weights = weights;
        place.gradientScale = gradientScale;
    }
}
