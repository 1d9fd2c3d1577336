package dev.gatun.train.step;

import dev.gatun.data.Batch;
import dev.gatun.train.program.BoundProgram;
import dev.gatun.train.task.MetricSums;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The state that the phases of a step share. There is one object for all steps. */
public final class StepState {
    /** Seed of dropout, combined with the batch. */
    public long seed;
    /** Number of the step, from 1. */
    public long number;
    /** Number of the current batch among those of all ranks in the run, from 1. */
    public long batchNumber;
    /** Number of this rank's batches in the step; 0 only where several ranks share the examples. */
    public int batches;
    /** Index of the current batch in the step, from 0. */
    public int index;
    /** Weight of the mean loss of the current batch, relative to the first batch of the step. */
    public double weight;
    /** Sum of the weights of the step's batches, of all ranks. */
    public double weights;
    /**
     * Factor that turns the sum in the slab of gradients, divided by the loss scale, into the gradient of the mean loss
     * of all examples.
     */
    public double gradientScale;

    private @Nullable SubmittedStep submitted;
    private @Nullable Batch batch;
    private @Nullable StepPlan plan;
    private @Nullable BoundProgram pass;

    /**
     * Starts a step with its first batch.
     *
     * @param place record that receives the results of the step
     * @param newPlan what the step is to do
     * @param first the first batch; null where the step has none
     */
    public void begin(SubmittedStep place, StepPlan newPlan, @Nullable Batch first) {
        submitted = place;
        place.begin(newPlan);
        plan = newPlan;
        seed = newPlan.seed;
        number = newPlan.number;
        batchNumber = newPlan.firstBatch;
        batches = newPlan.batches;
        weights = newPlan.weights;
        index = 0;
        gradientScale = 1;
        batch = first;
        weight = first == null ? 0 : newPlan.weight(0);
    }

    /** Sets the next batch. */
    public void take(Batch next) {
        batch = next;
        index++;
        batchNumber += plan().stride;
        weight = plan().weight(index);
    }

    /** Returns what the step is to do. */
    public StepPlan plan() {
        return Objects.requireNonNull(plan, "no step was begun");
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

    /**
     * Returns the losses of this rank's batches, multiplied by their weights, once the device has come to them.
     *
     * @param metrics what the batches measured is added to these
     */
    public double addResults(MetricSums metrics) {
        return submitted().sum(metrics);
    }

    /**
     * Sets of which examples the results of the step are, where that shows only now.
     *
     * @param newWeights sum of the weights of their batches
     */
    public void setResults(long examples, double newWeights) {
        submitted().examples = examples;
        submitted().weights = newWeights;
    }

    /** Ends the step, after all phases have run. */
    public void end() {
        submitted().gradientScale = gradientScale;
    }
}
