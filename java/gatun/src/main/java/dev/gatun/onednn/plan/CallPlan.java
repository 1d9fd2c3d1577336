package dev.gatun.onednn.plan;

import dev.gatun.backend.Binding;
import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.shape.Stored;
import java.util.List;
import java.util.function.Function;

/**
 * A plan that calls one of Gatun's own kernels.
 *
 * @param inPlaceInput the input whose memory the first output may take, or {@link KernelPlan#NOT_IN_PLACE}
 */
public record CallPlan(
        String implementation, List<Stored> inputs, List<Stored> outputs, int inPlaceInput, long scratchBytes,
        Function<HostBinding, Kernel> binder)
        implements KernelPlan {

    /** A plan without scratch memory. */
    public CallPlan(
            String implementation, List<Stored> inputs, List<Stored> outputs, int inPlaceInput,
            Function<HostBinding, Kernel> binder) {
        this(implementation, inputs, outputs, inPlaceInput, 0, binder);
    }

    /** A plan whose output needs memory of its own. */
    public CallPlan(
            String implementation, List<Stored> inputs, List<Stored> outputs, Function<HostBinding, Kernel> binder) {
        this(implementation, inputs, outputs, NOT_IN_PLACE, binder);
    }

    @Override
    public int inPlace(int output) {
        return output == 0 ? inPlaceInput : NOT_IN_PLACE;
    }

    @Override
    public Kernel bind(Binding binding) {
        return binder.apply(HostBinding.of(binding, this));
    }
}
