package dev.gatun.compress.prune;

import java.util.Map;

/**
 * What decides which channels go: a score for each of them at each place where it occurs, summed over the elements
 * there. The scores of the places are then combined by an {@link Aggregation}.
 */
public sealed interface Importance {
    /** Sum of the absolute values of the weights that compute or read a channel (Li et al., 2017). */
    record L1() implements Importance {}

    /** Euclidean norm of the weights that compute or read a channel. */
    record L2() implements Importance {}

    /**
     * Absolute value of the scale of the normalisation after a channel (Liu et al., network slimming, 2017). Groups
     * without one are left as they are.
     */
    record Scale() implements Importance {}

    /**
     * Sum of {@code |w * g|} over weights, scales and shifts: how much the loss would change, to first order, without
     * each of them (Molchanov et al., 2019).
     *
     * @param gradients of the loss, by the names of the variables and in their shapes; those of variables that are not
     *                  in it count as zero
     */
    record Taylor(Map<String, float[]> gradients) implements Importance {
        public Taylor {
            gradients = Map.copyOf(gradients);
        }
    }

    /**
     * Sum of the Euclidean distances to the other filters of a layer (He et al., filter pruning via geometric median,
     * 2019): a filter near the geometric median can be replaced by the others.
     */
    record GeometricMedian() implements Importance {}

    /** A random order, to compare with. */
    record Random(long seed) implements Importance {}
}
