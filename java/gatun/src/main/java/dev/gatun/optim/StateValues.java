package dev.gatun.optim;

import dev.gatun.backend.Device;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Closing;
import dev.gatun.memory.Role;
import dev.gatun.shape.DType;
import dev.gatun.shape.Stored;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The states of an optimizer in f32, however they are stored, to be saved or set. States stored in f32 are accessed
 * directly; the others are decoded into copies, which take memory while this is open.
 */
public final class StateValues implements AutoCloseable {
    private final Map<RulePart, Map<String, Buffer>> parts = new LinkedHashMap<>();
    private final List<Buffer> copies = new ArrayList<>();
    private final Device device;
    private final @Nullable Buffer average;
    private final @Nullable Buffer rounded; // the weights' copy in bf16
    private final @Nullable Buffer widened;

    StateValues(Device device, List<RulePart> parts, WholeSlabs slabs) {
        this.device = device;
        this.average = slabs.average();
        this.rounded = slabs.copy();
        boolean complete = false;
        try {
            for (RulePart part : parts) {
                this.parts.put(part, part.decoded(device, copies));
            }
            widened = rounded == null ? null : widened(device, rounded, slabs.gradients().bytes());
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    private Buffer widened(Device device, Buffer bf16, long bytes) {
        Buffer slab = device.allocate(Role.WORKSPACE, Optimizer.COPY + " in f32", bytes);
        copies.add(slab);
        device.cast(bf16, DType.BF16, slab, DType.F32);
        return slab;
    }

    /**
     * Returns the states of one tensor, the average and the bf16 copy of its weights included.
     *
     * @param begin  first element of the tensor in the slab of parameters
     * @param tensor type and layout of the tensor
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
            List<TensorState> found, String name, @Nullable Buffer memory, long begin, Stored tensor) {
        if (memory != null) {
            found.add(new TensorState(name, tensor, memory.slice(begin * Float.BYTES, tensor.bytes())));
        }
    }

    /** Stores the values in the states. Values that were not changed are encoded to the same bytes. */
    public void store() {
        parts.forEach(RulePart::encode);
        if (rounded != null && widened != null) {
            device.cast(widened, DType.F32, rounded, DType.BF16);
        }
    }

    @Override
    public void close() {
        Closing.inReverse(copies);
    }
}
