package dev.gatun.reference;

import dev.gatun.backend.Binding;
import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A copy into another layout. */
record ReorderPlan(ReferenceLowering lowering, Reorder reorder) implements KernelPlan {
    @Override
    public String implementation() {
        return "reference:reorder";
    }

    @Override
    public List<Stored> inputs() {
        return List.of(Stored.of(reorder.type(), reorder.from()));
    }

    @Override
    public List<Stored> outputs() {
        return List.of(Stored.of(reorder.type(), reorder.to()));
    }

    @Override
    public Kernel bind(Binding bound) {
        HostBinding binding = HostBinding.of(bound, this);
        MemorySegment source = binding.inputs().getFirst();
        MemorySegment target = binding.outputs().getFirst();
        return lowering.guarded(() -> reorder.run(source, target));
    }
}
