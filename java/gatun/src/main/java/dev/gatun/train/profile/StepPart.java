package dev.gatun.train.profile;

import java.util.Locale;

/** A part of a training run whose time is recorded besides the kernels'. */
public enum StepPart {
    /** A whole step, from its first batch to the updated parameters. */
    STEP,
    /** From the request for a batch until it is there. */
    DATA_WAIT,
    /** The update of the parameters, schedules and wrappers of the optimizer included. */
    OPTIMIZER,
    /** As long as the run waits for a checkpoint. */
    CHECKPOINT;

    /** Returns the name in lower case: {@code data_wait}. */
    public String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The event of the JDK Flight Recorder, not begun yet. */
    StepPartEvent event() {
        return switch (this) {
            case STEP -> new StepEvent();
            case DATA_WAIT -> new DataWaitEvent();
            case OPTIMIZER -> new OptimizerEvent();
            case CHECKPOINT -> new CheckpointEvent();
        };
    }
}
