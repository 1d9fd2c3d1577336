package dev.gatun.onednn.plan;

import dev.gatun.backend.Binding;
import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.shape.Stored;
import java.util.List;
import java.util.function.Function;

/**
 * A plan that runs one of Gatun's own convolutions.
 *
 * @param direct oneDNN's plan for the same: of a forward pass it has the same layouts, and gradients that oneDNN
 *               computes need it
 */
public record OwnConvolutionPlan(
        String implementation, List<Stored> inputs, List<Stored> outputs, long scratchBytes,
        PrimitivePlan direct, Function<HostBinding, Kernel> binder)
        implements KernelPlan {

    @Override
    public Kernel bind(Binding binding) {
        return binder.apply(HostBinding.of(binding, this));
    }
}
