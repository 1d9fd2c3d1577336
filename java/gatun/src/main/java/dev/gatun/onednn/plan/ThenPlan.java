package dev.gatun.onednn.plan;

import dev.gatun.backend.Binding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.memory.Buffer;
import dev.gatun.shape.Stored;
import java.util.List;

/** A primitive and then a function of its first output, in place. */
public record ThenPlan(PrimitivePlan first, KernelPlan second) implements KernelPlan {
    @Override
    public String implementation() {
        return first.implementation() + ", " + second.implementation();
    }

    @Override
    public List<Stored> inputs() {
        return first.inputs();
    }

    @Override
    public List<Stored> outputs() {
        return first.outputs();
    }

    @Override
    public long scratchBytes() {
        return Math.max(first.scratchBytes(), second.scratchBytes());
    }

    @Override
    public Kernel bind(Binding binding) {
        List<Buffer> result = List.of(binding.outputs().getFirst());
        Kernel function = second.bind(new Binding(
                result, result, binding.scratch(), binding.random(), binding.lossScale()));
        return first.bind(binding).then(function);
    }
}
