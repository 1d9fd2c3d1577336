package dev.gatun.train.step;

import java.util.Optional;

/**
 * A part of a training step. A {@link TrainingStep} is an array of phases, fixed when it is made; running one submits
 * work to the device and allocates nothing.
 */
@FunctionalInterface
public interface Phase {
    /** Runs the phase. */
    void run(StepState step);

    /** Restores the variables to their values before this phase; called when this or a later phase failed. */
    default void undo() {}

    /**
     * Describes the failure if a loss in this phase was not finite and halted the device, which the host noticed later.
     * Repeats the computations that it needs; nothing of the step is undone or submitted afterwards.
     */
    default Optional<NonFiniteLossException> explain(SubmittedStep failed) {
        return Optional.empty();
    }
}
