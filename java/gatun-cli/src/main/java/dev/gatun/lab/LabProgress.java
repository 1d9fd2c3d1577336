package dev.gatun.lab;

import org.jspecify.annotations.Nullable;

/** Where a study stands. One object for the whole study, changed in place. */
public final class LabProgress {
    private final int trials;
    private final long steps;
    int done;
    long stepsDone;
    long stepsInTrial;
    long stepsOfTrial;
    float loss;
    @Nullable Trial trial;

    LabProgress(int trials, long steps) {
        this.trials = trials;
        this.steps = steps;
    }

    /** Runs of the study that had to be made. */
    public int trials() {
        return trials;
    }

    /** Runs made. */
    public int done() {
        return done;
    }

    /** Steps of all runs that had to be made. */
    public long steps() {
        return steps;
    }

    /** Steps done in all runs; what a run that ended early left out counts as done. */
    public long stepsDone() {
        return stepsDone + stepsInTrial;
    }

    /** Steps done in the current run. */
    public long stepsInTrial() {
        return stepsInTrial;
    }

    /** Steps of the current run. */
    public long stepsOfTrial() {
        return stepsOfTrial;
    }

    /** Loss of the latest step. */
    public float loss() {
        return loss;
    }

    /** The current run. */
    public String label() {
        return trial == null ? "" : trial.label();
    }
}
