package dev.gatun.onednn.plan;

import dev.gatun.backend.Binding;
import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A function of one variable by a kernel that makes numbers of NaNs, which are put back from its input where it has
 * any.
 *
 * @param owner of the scratch memory
 */
public record KeepNanPlan(KernelPlan function, NativeOwner owner) implements KernelPlan {
    @Override
    public String implementation() {
        return function.implementation();
    }

    @Override
    public List<Stored> inputs() {
        return function.inputs();
    }

    @Override
    public List<Stored> outputs() {
        return function.outputs();
    }

    @Override
    public long scratchBytes() {
        return function.scratchBytes();
    }

    @Override
    public Kernel bind(Binding binding) {
        HostBinding memory = HostBinding.of(binding, this);
        MemorySegment src = memory.inputs().getFirst();
        MemorySegment dst = memory.outputs().getFirst();
        long elements = function.outputs().getFirst().elements();
        MemorySegment first = owner.arena().allocate(ValueLayout.JAVA_LONG);
        return function.bind(binding).then(() -> {
            if (Kernels.findNonFinite(elements, src, first) >= 0) { // hardly ever, and a look costs one read
                Kernels.keepNan(elements, src, dst);
            }
        });
    }
}
