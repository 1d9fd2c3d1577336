package dev.gatun.update;


/**
 * The clipping of gradients by their norms, after they are scaled. Each kind costs one read of the gradients before the
 * step, which is skipped if they are not finite. Norms are Euclidean. A tensor is one {@linkplain ElementRange range}
 * of the slab, so each tensor needs a range of its own.
 */
public sealed interface Clipping {
    /** No clipping, and no measurement of the gradients. */
    record None() implements Clipping {}

    /**
     * As PyTorch's {@code clip_grad_norm_} over all parameters: each gradient is multiplied by
     * {@code min(1, bound / (N + 1e-6))}, where N is the norm of all of them.
     *
     * @param bound above 0
     */
    record GlobalNorm(double bound) implements Clipping {
        public GlobalNorm {
            check("the bound of the norm of all gradients", bound);
        }
    }

    /**
     * As PyTorch's {@code clip_grad_norm_} on each tensor alone: the gradients of a tensor are multiplied by
     * {@code min(1, bound / (n + 1e-6))}, where n is the norm of these.
     *
     * @param bound above 0
     */
    record TensorNorm(double bound) implements Clipping {
        public TensorNorm {
            check("the bound of the norm of a tensor's gradients", bound);
        }
    }

    /**
     * Adaptive gradient clipping (Brock, De, Smith and Simonyan, 2021), by tensors instead of by rows: the gradients of
     * a tensor are multiplied by {@code min(1, ratio * max(|w|, 1e-3) / |g|)}. Reads the weights too.
     *
     * @param ratio the largest ratio of the gradients' norm to the weights', above 0; 0.01 to 0.16 in the paper
     */
    record Adaptive(double ratio) implements Clipping {
        public Adaptive {
            check("the ratio of adaptive clipping", ratio);
        }
    }

    /**
     * Clips each tensor's gradients to a bound that falls with the norm of its weights: they are multiplied by
     * {@code min(1, bound / (|g| + 1e-6))}, where {@code bound = threshold / sqrt(|w|)}. A tensor whose weights are all
     * zero is not bounded. Reads the weights too. The dependence on the weights' norm is opposite to that of
     * {@link Adaptive}.
     *
     * @param threshold above 0
     */
    record WeightNorm(double threshold) implements Clipping {
        public WeightNorm {
            check("the threshold of clipping by the weights' norm", threshold);
        }
    }

    /** Returns whether it measures tensors one by one. */
    default boolean perTensor() {
        return switch (this) {
            case None _, GlobalNorm _ -> false;
            case TensorNorm _, Adaptive _, WeightNorm _ -> true;
        };
    }

    /** Returns whether it measures weights too. */
    default boolean readsWeights() {
        return switch (this) {
            case None _, GlobalNorm _, TensorNorm _ -> false;
            case Adaptive _, WeightNorm _ -> true;
        };
    }

    private static void check(String what, double value) {
        if (!(value > 0 && value <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(what + " must be above 0 and finite, got " + value);
        }
    }
}
