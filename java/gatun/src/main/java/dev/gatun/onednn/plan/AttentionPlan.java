package dev.gatun.onednn.plan;

import dev.gatun.backend.Binding;
import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.onednn.primitive.AttentionKernel;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Attention, or its gradients, by Gatun's kernel. */
public record AttentionPlan(
        AttentionKernel kernel, AttentionKernel.Pass pass, List<Stored> inputs, List<Stored> outputs, long scratchBytes)
        implements KernelPlan {
    @Override
    public String implementation() {
        return switch (pass) {
            case FORWARD -> "gatun:attention";
            case BACKWARD -> "gatun:attention_backward";
        };
    }

    @Override
    public Kernel bind(Binding binding) {
        HostBinding bound = HostBinding.of(binding, this);
        List<MemorySegment> in = bound.inputs();
        List<MemorySegment> out = bound.outputs();
        return switch (pass) {
            case FORWARD -> () -> kernel.forward(in, out, bound.random(), bound.scratch());
            case BACKWARD -> () -> kernel.backward(in, out, bound.random(), bound.scratch());
        };
    }
}
