package dev.gatun.train;

/** Hears of a run while it goes on; called on the thread that trains. */
@FunctionalInterface
public interface TrainingListener {
    /** A step was done. */
    default void onStep(Progress progress) {}

    /** An epoch was done and evaluated; {@code progress} still describes it. */
    void onEpoch(Progress progress, Evaluation test);

    /** After {@link #onEpoch}, {@code progress} has moved on: a checkpoint of now resumes with the next epoch. */
    default void afterEpoch(Progress progress) {}
}
