package dev.gatun.train.step;

/**
 * Thrown when too many consecutive steps were skipped because of gradients that are infinite or NaN. The parameters are
 * as before them.
 */
public final class NonFiniteGradientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long step;

    NonFiniteGradientException(long step, long steps, float scale, String parameter) {
        super(steps + " steps in a row, up to step " + step + ", had gradients that are not finite, the first in "
                + parameter
                + ", with the loss scaled by " + scale
                + ": use a smaller loss scale or learning rate, or look at the data");
        this.step = step;
    }

    /** Returns the number of the latest skipped step, from 1. */
    public long step() {
        return step;
    }
}
