package dev.gatun.train.step;

import dev.gatun.data.Batch;
import dev.gatun.train.program.BoundProgram;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The state that the phases of a step share. There is one object for all steps. */
public final class StepState {
    /** Seed of dropout, combined with the batch. */
    public long seed;
    /** Number of the step, from 1. */
    public long number;
    /** Number of the current batch in the run, from 1. */
    public long batchNumber;
    /** Number of batches of the step, at least 1. */
    public int batches;
    /** Index of the current batch in the step, from 0. */
    public int index;
    /** Number of examples of the step so far. */
    public long examples;
    /** Weight of the mean loss of the current batch, relative to the first batch of the step. */
    public double weight;
    /** Sum of the weights of the step's batches so far. */
    public double weights;
    /**
     * Factor that turns the sum in the slab of gradients, divided by the loss scale, into the gradient of the mean loss
     * of all examples.
     */
    public double gradientScale;

    private @Nullable SubmittedStep submitted;
    private @Nullable Batch batch;
    private int firstSize;
    private @Nullable BoundProgram pass;

    /**
     * Starts a step with its first batch: resets all counters.
     *
     * @param place record that receives the results of the step
     */
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

    /** Sets the next batch. */
    public void take(Batch next) {
        batch = next;
        examples += next.size();
        weight = (double) next.size() / firstSize;
        weights += weight;
    }

    /** Loads the current batch into a program's inputs and returns it. */
    public Batch load(BoundProgram program) {
        Batch loaded = Objects.requireNonNull(batch, "no batch is in hand");
        batch = null;
        pass = program;
        return loaded;
    }

    /** Returns the number of examples of the current batch. */
    public int batchSize() {
        return Objects.requireNonNull(batch, "no batch is in hand").size();
    }

    /** Returns the program of the latest batch. */
    public BoundProgram pass() {
        return Objects.requireNonNull(pass, "no batch was loaded");
    }

    /** Returns the record of the submitted step, which receives its results. */
    public SubmittedStep submitted() {
        return Objects.requireNonNull(submitted, "no step was begun");
    }

    /** Ends the step, after all phases have run. */
    public void end() {
        SubmittedStep place = submitted();
        place.examples = examples;
        place.weights = weights;
        place.gradientScale = gradientScale;
    }
}
