package dev.gatun.optim;

import dev.gatun.options.WithMethods;
import org.jspecify.annotations.Nullable;

/**
 * The wrappers of the optimizer in a run; null for each that is not used.
 *
 * @param lookahead look-ahead, with slow weights
 * @param sharpness sharpness-aware minimisation
 * @param average   mean of the weights of the last epochs
 */
@WithMethods
public record Wrappers(
        @Nullable Lookahead lookahead, @Nullable SharpnessAware sharpness, @Nullable StochasticAverage average)
        implements WrappersBuilder.With {
    /** No wrappers. */
    public static final Wrappers NONE = new Wrappers(null, null, null);
}
