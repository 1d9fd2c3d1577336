package dev.gatun.onednn.plan;

import dev.gatun.backend.Binding;
import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.memory.Buffer;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Copies between parts of tensors, each by a reorder of its own.
 *
 * @param zeroed whether the output is filled with zeros before
 */
public record MovePlan(
        String implementation, List<Stored> inputs, List<Stored> outputs, boolean zeroed, List<Part> parts)
        implements KernelPlan {
    /**
     * One copy; offsets count elements.
     *
     * @param input which of the inputs it reads
     * @param from  where the part begins there
     * @param to    where it begins in the output
     */
    public record Part(KernelPlan copy, int input, long from, long to) {}

    @Override
    public long scratchBytes() {
        return parts.stream().mapToLong(part -> part.copy.scratchBytes()).max().orElse(0);
    }

    @Override
    public Kernel bind(Binding binding) {
        MemorySegment result = HostBinding.of(binding, this).outputs().getFirst()
                .asSlice(0, outputs.getFirst().bytes());
        Kernel[] copies = parts.stream().map(part -> bind(part, binding)).toArray(Kernel[]::new);
        return () -> {
            if (zeroed) {
                result.fill((byte) 0);
            }
            for (Kernel copy : copies) {
                copy.run();
            }
        };
    }

    private Kernel bind(Part part, Binding binding) {
        long bytes = outputs.getFirst().type().dtype().bytes();
        Buffer source = binding.inputs().get(part.input)
                .slice(part.from * bytes, part.copy.inputs().getFirst().bytes());
        Buffer target = binding.outputs().getFirst()
                .slice(part.to * bytes, part.copy.outputs().getFirst().bytes());
        return part.copy.bind(new Binding(List.of(source), List.of(target), binding.scratch(), null, null));
    }
}
