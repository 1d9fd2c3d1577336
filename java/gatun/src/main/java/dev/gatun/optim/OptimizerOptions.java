package dev.gatun.optim;

import dev.gatun.options.WithMethods;
import dev.gatun.update.Clipping;
import dev.gatun.update.StateStorage;
import dev.gatun.update.kernel.WeightStorage;

/**
 * Options of an optimizer besides its rule: what happens in the same pass, and how memory is stored.
 *
 * @param clipping     clipping of gradients by their norms
 * @param clipValue    largest magnitude of a gradient, applied after clipping by norms; 0 for none
 * @param averageDecay decay of an exponential average of the weights,
 *                     {@code average <- average + (1 - averageDecay) * (w - average)}, initialised to the weights after
 *                     the first step; 0 for none
 * @param weights      storage of the weights
 * @param states       storage of the rule's states; the average of the weights is always f32
 * @param lossScaling  loss scale, which gradients are divided by, and its rule
 */
@WithMethods
public record OptimizerOptions(
        Clipping clipping, double clipValue, double averageDecay, WeightStorage weights, StateStorage states,
        LossScaling lossScaling) implements OptimizerOptionsBuilder.With {
    /** Only the rule, with everything in f32. */
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
     * Returns a copy with clipping by the norm of all gradients, 0 for none, instead of any other clipping by norms.
     */
    public OptimizerOptions withClipNorm(double newClipNorm) {
        return withClipping(newClipNorm == 0 ? new Clipping.None() : new Clipping.GlobalNorm(newClipNorm));
    }

    /** Returns the bound of the norm of all gradients; 0 if they are not clipped by it. */
    public double clipNorm() {
        return clipping instanceof Clipping.GlobalNorm(double bound) ? bound : 0;
    }
}
