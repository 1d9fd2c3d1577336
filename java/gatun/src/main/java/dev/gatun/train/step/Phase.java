package dev.gatun.train.step;

import java.util.Optional;

/**
 * One thing that a training step does. A {@link TrainingStep} is an array of phases, fixed when it is made; running one
 * submits work to the device and allocates nothing.
 */
@FunctionalInterface
public interface Phase {
    /** Does it. */
    void run(StepState step);

    /** Takes back what happened to the variables since this phase began: called when it, or a later one, failed. */
    default void undo() {}

    /**
     * What happened, where it was in this phase that a loss was not finite and halted the device, which the host
     * noticed later. Nothing of the step is undone or submitted any more; repeats what it needs to look at.
     */
    default Optional<NonFiniteLossException> explain(SubmittedStep failed) {
        return Optional.empty();
    }
}
