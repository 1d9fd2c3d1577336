package dev.gatun.lab;

/** A listener of a study, called on the thread that trains. */
public interface LabListener {
    /** Called after each training step. */
    default void onStep(LabProgress progress) {}

    /** Called after each run, which {@code progress} counts. */
    default void onTrial(LabProgress progress, Trial trial, TrialResult result) {}
}
