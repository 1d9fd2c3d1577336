package dev.gatun.optim;

import dev.gatun.options.WithMethods;
import dev.gatun.update.Clipping;
import dev.gatun.update.StateStorage;
import dev.gatun.update.kernel.WeightStorage;

/**
 * What an optimizer does around its rule, in the same pass, and how it stores its memory.
 *
 * @param clipping     bounds gradients by their norms
 * @param clipValue    bound of each gradient, on both sides, after the norms'; 0 for none
 * @param averageDecay keeps an exponential average of the weights, {@code average <- average + (1 - averageDecay) *
 *                     (w - average)}, which begins as the weights after the first step; 0 for none
 * @param weights      how the weights are stored
 * @param states       how the rule's states are stored; the average of the weights is f32 always
 * @param lossScaling  what the gradients are divided by, and how that follows from whether they are finite
 */
@WithMethods
public record OptimizerOptions(
        Clipping clipping, double clipValue, double averageDecay, WeightStorage weights, StateStorage states,
        LossScaling lossScaling) implements OptimizerOptionsBuilder.With {
    /** The rule and nothing else, all in f32. */
    public static final OptimizerOptions NONE =
            new OptimizerOptions(new Clipping.None(), 0, 0, WeightStorage.F32, StateStorage.F32, LossScaling.NONE);

    public OptimizerOptions {
        if (!(clipValue >= 0 && clipValue <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("the bound of each gradient must be at least 0 and finite, got "
                    + clipValue);
        }
        if (!(averageDecay >= 0 && averageDecay < 1)) {
            throw new IllegalArgumentException("the decay of the weights' average must lie in [0, 1), got "
                    + averageDecay);
        }
        if (clipping.readsWeights() && weights.format() == WeightStorage.Format.BF16) {
            throw new IllegalArgumentException(
                    "adaptive clipping and clipping by the weights' norm measure weights in f32: store them so, with a"
                    + " copy in bf16 if need be, or clip by another norm");
        }
    }

    /**
     * These options with another bound of the norm of all gradients, 0 for none, in place of any other clipping by
     * norms.
     */
    public OptimizerOptions withClipNorm(double newClipNorm) {
        return withClipping(newClipNorm == 0 ? new Clipping.None() : new Clipping.GlobalNorm(newClipNorm));
    }

    /** The bound of the norm of all gradients; 0 where they are not clipped by it. */
    public double clipNorm() {
        return clipping instanceof Clipping.GlobalNorm(double bound) ? bound : 0;
    }
}
