package dev.gatun.optim;

import dev.gatun.memory.Closing;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import dev.gatun.memory.Slab;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All states of an optimizer in f32, however they are stored: to be saved, or to be set. Those stored in f32 are the states
 * themselves; of the others these are decoded copies, which take memory while this is open.
 */
public final class StateValues implements AutoCloseable {
    private final Map<RulePart, Map<String, MemorySegment>> parts = new LinkedHashMap<>();
    private final List<Slab> copies = new ArrayList<>();
    private final @Nullable MemorySegment average;
    private final @Nullable MemorySegment rounded; // the weights' copy in bf16
    private final @Nullable MemorySegment widened;

    StateValues(MemoryBudget budget, List<RulePart> parts, WholeSlabs slabs) {
        this.average = slabs.average();
        this.rounded = slabs.copy();
        boolean complete = false;
        try {
            for (RulePart part : parts) {
                this.parts.put(part, part.decoded(budget, copies));
            }
            widened = rounded == null ? null : widened(budget, rounded, slabs.gradients().byteSize());
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    private MemorySegment widened(MemoryBudget budget, MemorySegment bf16, long bytes) {
        Slab slab = budget.allocate(Role.WORKSPACE, Optimizer.COPY + " in f32", bytes);
        copies.add(slab);
        Bfloat16Memory.widen(bf16, slab.segment());
        return slab.segment();
    }

    /**
     * The states of one tensor, the average and the copy of its weights among them.
     *
     * @param begin  first element of the tensor in the slab of parameters
     * @param tensor what lies there
     */
    public List<TensorState> of(long begin, Stored tensor) {
        List<TensorState> found = new ArrayList<>();
        parts.forEach((part, values) -> {
            Optional<List<TensorState>> states = part.states(begin, tensor, values);
            states.ifPresent(found::addAll);
        });
        add(found, Optimizer.AVERAGE, average, begin, tensor);
        add(found, Optimizer.COPY, widened, begin, tensor);
        return found;
    }

    private static void add(
            List<TensorState> found, String name, @Nullable MemorySegment memory, long begin, Stored tensor) {
        if (memory != null) {
            found.add(new TensorState(name, tensor, memory.asSlice(begin * Float.BYTES, tensor.bytes())));
        }
    }

    /** Makes what was written into the values the states. What was only read becomes the same bytes again. */
    public void store() {
        parts.forEach(RulePart::encode);
        if (rounded != null && widened != null) {
            Bfloat16Memory.round(widened, rounded);
        }
    }

    @Override
    public void close() {
        Closing.inReverse(copies);
    }
}
