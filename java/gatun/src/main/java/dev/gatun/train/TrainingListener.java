package dev.gatun.train;

import dev.gatun.train.task.Outputs;

/** A listener of a training run, called on the thread that trains. */
@FunctionalInterface
public interface TrainingListener {
    /**
     * Called after each step with the updated progress. On an asynchronous device later steps may already be submitted,
     * unless {@link #requiresSettledState} returns true for this step.
     */
    default void onStep(Progress progress) {}

    /**
     * Returns whether {@link #onStep} for a step reads more than its progress: variables, an evaluation, a checkpoint.
     * If so, no later step is submitted to the device before it returns, which costs time on an asynchronous device.
     *
     * @param step number of the step, from 1; queried at any time before the step is done, and repeatedly
     */
    default boolean requiresSettledState(long step) {
        return false;
    }

    /**
     * Called after each batch of the evaluation that follows an epoch, in the order of the test examples.
     *
     * @param done  number of examples evaluated so far, those of this batch included
     * @param all   number of test examples
     * @param batch results and inputs of the batch, readable during the call only
     */
    default void onEvaluatedBatch(long done, long all, Outputs batch) {}

    /** Called after each epoch and its evaluation; {@code progress} still describes the epoch. */
    void onEpoch(Progress progress, Evaluation test);

    /** Called after {@link #onEpoch}, when {@code progress} has advanced: a checkpoint resumes with the next epoch. */
    default void afterEpoch(Progress progress) {}
}
