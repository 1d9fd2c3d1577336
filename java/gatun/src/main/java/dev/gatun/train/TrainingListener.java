package dev.gatun.train;

/** Hears of a run while it goes on; called on the thread that trains. */
@FunctionalInterface
public interface TrainingListener {
    /**
     * A step was done, and {@code progress} says what it came to. A device that runs late may have begun the next ones
     * meanwhile, unless the listener {@linkplain #looksAfter looks} after this one.
     */
    default void onStep(Progress progress) {}

    /**
     * Whether {@link #onStep} of a step looks at more than its progress: variables, an evaluation, a checkpoint. No
     * later step is submitted to the device before it has returned, which costs time where the device runs late.
     *
     * @param step counted from 1; asked at any time before it is done, and more than once
     */
    default boolean looksAfter(long step) {
        return false;
    }

    /** An epoch was done and evaluated; {@code progress} still describes it. */
    void onEpoch(Progress progress, Evaluation test);

    /** After {@link #onEpoch}, {@code progress} has moved on: a checkpoint of now resumes with the next epoch. */
    default void afterEpoch(Progress progress) {}
}
