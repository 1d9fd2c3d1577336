package dev.gatun.train;

/**
 * One thing that a training step does. A {@link TrainingStep} is an array of phases, fixed when it is made; running one
 * allocates nothing.
 */
@FunctionalInterface
interface Phase {
    /** Does it. */
    void run(StepState step);

    /** Takes back what happened to the variables since this phase began: called when it, or a later one, failed. */
    default void undo() {}
}
