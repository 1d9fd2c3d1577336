package dev.gatun.update.kernel;

import dev.gatun.update.Clipping;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for the steps of an optimizer.
 *
 * @param parts        update kernels, one for each rule
 * @param clipping     clipping of gradients by their norms
 * @param clipValue    largest magnitude of a gradient; 0 for none
 * @param trustNorm    bound that the rule itself sets on the norm of all gradients, after clipping; 0 for none
 * @param averageDecay decay of the average of the weights; 0 for none
 * @param scale        rule of the loss scale
 * @param claim        claim on the memory of all parts
 */
public record StepRequest(
        List<Part> parts, Clipping clipping, double clipValue, double trustNorm, double averageDecay,
        LossScaleRule scale,
        @Nullable UpdateClaim claim) {
    /**
     * A kernel and its span of the parameters.
     *
     * @param begin first element of the span
     */
    public record Part(UpdateKernel kernel, long begin) {}

    public StepRequest {
        parts = List.copyOf(parts);
    }
}
