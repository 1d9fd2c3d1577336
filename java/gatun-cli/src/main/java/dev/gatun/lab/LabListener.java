package dev.gatun.lab;

/** Hears of a study while it goes on; called on the thread that trains. */
public interface LabListener {
    /** A training step was done. */
    default void onStep(LabProgress progress) {}

    /** A run was finished; {@code progress} counts it. */
    default void onTrial(LabProgress progress, Trial trial, TrialResult result) {}
}
