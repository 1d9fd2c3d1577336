package dev.gatun.train.step;

/**
 * Thrown when the loss is infinite or NaN. The step was not applied: parameters, optimizer and buffers are as before
 * it.
 */
public final class NonFiniteLossException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long step;

    NonFiniteLossException(long step, float loss, String where) {
        super("the loss is " + loss + " at step " + step + "; the first non-finite value is in " + where
                + ": use a smaller learning rate, or look at the data");
        this.step = step;
    }

    /** Returns the number of the step that was not applied, from 1. */
    public long step() {
        return step;
    }
}
