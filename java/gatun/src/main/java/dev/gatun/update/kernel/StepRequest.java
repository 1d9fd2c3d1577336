package dev.gatun.update.kernel;

import dev.gatun.update.Clipping;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the steps of an optimizer are decided.
 *
 * @param parts        what moves the parameters, a kernel for each rule
 * @param clipping     bounds gradients by their norms
 * @param clipValue    bound of each gradient, on both sides; 0 for none
 * @param trustNorm    what the rule itself bounds the norm of all gradients to, once they are clipped; 0 for none
 * @param averageDecay of the average of the weights; 0 for none
 * @param scale        the rule of the loss scale
 * @param claim        on the memory of all parts
 */
public record StepRequest(
        List<Part> parts, Clipping clipping, double clipValue, double trustNorm, double averageDecay,
        LossScaleRule scale,
        @Nullable UpdateClaim claim) {
    /**
     * A kernel on a span of the parameters.
     *
     * @param begin first element of the span
     */
    public record Part(UpdateKernel kernel, long begin) {}

    public StepRequest {
        parts = List.copyOf(parts);
    }
}
