package dev.gatun.optim;

import org.jspecify.annotations.Nullable;

/**
 * What goes around the optimizer in a run; null where it is not used, which costs nothing.
 *
 * @param lookahead slow weights that the weights return to
 * @param sharpness gradients from the sharpest weights near by
 * @param average   the mean of the weights of the last epochs
 */
public record Wrappers(
        @Nullable Lookahead lookahead, @Nullable SharpnessAware sharpness, @Nullable StochasticAverage average) {
    /** None. */
    public static final Wrappers NONE = new Wrappers(null, null, null);

    /** The same with another look-ahead. */
    public Wrappers withLookahead(@Nullable Lookahead newLookahead) {
        return new Wrappers(newLookahead, sharpness, average);
    }

    /** The same with another sharpness-aware minimisation. */
    public Wrappers withSharpness(@Nullable SharpnessAware newSharpness) {
        return new Wrappers(lookahead, newSharpness, average);
    }

    /** The same with another mean. */
    public Wrappers withAverage(@Nullable StochasticAverage newAverage) {
        return new Wrappers(lookahead, sharpness, newAverage);
    }
}
