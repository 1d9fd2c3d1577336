package dev.gatun.optim;

/**
 * What an optimizer does around its rule, in the same pass; 0 turns each off.
 *
 * @param clipNorm     bound of the norm N of all gradients, as PyTorch's {@code clip_grad_norm_}: each is multiplied by
 *                     {@code min(1, clipNorm / (N + 1e-6))}; costs one read of the gradients
 * @param clipValue    bound of each gradient, on both sides, after the norm's
 * @param averageDecay keeps an exponential average of the weights, {@code average <- average + (1 - averageDecay) *
 *                     (w - average)}, which begins as the weights after the first step
 */
public record OptimizerOptions(double clipNorm, double clipValue, double averageDecay) {
    /** The rule and nothing else. */
    public static final OptimizerOptions NONE = new OptimizerOptions(0, 0, 0);

    public OptimizerOptions {
        if (!(clipNorm >= 0 && clipNorm <= Float.MAX_VALUE && clipValue >= 0 && clipValue <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("bounds of gradients must be at least 0 and finite, got a norm of " + clipNorm
                    + " and a value of " + clipValue);
        }
        if (!(averageDecay >= 0 && averageDecay < 1)) {
            throw new IllegalArgumentException("the decay of the weights' average must lie in [0, 1), got " + averageDecay);
        }
    }

    /** These options with another bound of the norm. */
    public OptimizerOptions withClipNorm(double newClipNorm) {
        return new OptimizerOptions(newClipNorm, clipValue, averageDecay);
    }

    /** These options with another bound of each gradient. */
    public OptimizerOptions withClipValue(double newClipValue) {
        return new OptimizerOptions(clipNorm, newClipValue, averageDecay);
    }

    /** These options with another average. */
    public OptimizerOptions withAverageDecay(double newAverageDecay) {
        return new OptimizerOptions(clipNorm, clipValue, newAverageDecay);
    }
}
