package dev.gatun.lab;

import org.jspecify.annotations.Nullable;

/** The progress of a study. There is one object for the whole study, updated in place. */
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

    /** Returns the number of runs to be made. */
    public int trials() {
        return trials;
    }

    /** Returns the number of finished runs. */
    public int done() {
        return done;
    }

    /** Returns the number of steps of all runs to be made. */
    public long steps() {
        return steps;
    }

    /** Returns the number of steps done in all runs; the remaining steps of a run that ended early count as done. */
    public long stepsDone() {
        return stepsDone + stepsInTrial;
    }

    /** Returns the number of steps done in the current run. */
    public long stepsInTrial() {
        return stepsInTrial;
    }

    /** Returns the number of steps of the current run. */
    public long stepsOfTrial() {
        return stepsOfTrial;
    }

    /** Returns the loss of the latest step. */
    public float loss() {
        return loss;
    }

    /** Returns a description of the current run. */
    public String label() {
        return trial == null ? "" : trial.label();
    }
}
