package dev.gatun.optim;

import dev.gatun.options.WithMethods;
import org.jspecify.annotations.Nullable;

/**
 * What goes around the optimizer in a run; null where it is not used, which costs nothing.
 *
 * @param lookahead slow weights that the weights return to
 * @param sharpness gradients from the sharpest weights near by
 * @param average   the mean of the weights of the last epochs
 */
@WithMethods
public record Wrappers(
        @Nullable Lookahead lookahead, @Nullable SharpnessAware sharpness, @Nullable StochasticAverage average)
        implements WrappersBuilder.With {
    /** None. */
    public static final Wrappers NONE = new Wrappers(null, null, null);
}
