package dev.gatun.train;

import dev.gatun.backend.Binding;
import dev.gatun.backend.Device;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Operand;
import dev.gatun.engine.Variables;
import dev.gatun.memory.Closing;
import dev.gatun.memory.Role;
import dev.gatun.memory.Slab;
import dev.gatun.op.Activation;
import dev.gatun.op.Add;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The gradients of several batches, summed into the slab of gradients, and the buffers as they were before the first of
 * these batches. Allocates nothing once it is made.
 */
final class Accumulation implements AutoCloseable {
    private final MemorySegment gradients;
    private final MemorySegment buffers;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final MemorySegment sum;
    private final MemorySegment buffersBefore;
    private final Kernel addToSum;
    private final Kernel addToGradients;

    Accumulation(Device device, Variables variables) {
        gradients = variables.gradients().segment();
        buffers = variables.buffers().segment();
        boolean complete = false;
        try {
            sum = allocate(device, "sum of gradients", Role.GRADIENTS, gradients.byteSize());
            buffersBefore = allocate(device, "buffers before a step", Role.BUFFERS, buffers.byteSize());
            Lowering lowering = device.lower();
            owned.add(lowering);
            TensorType type = TensorType.f32(gradients.byteSize() / Float.BYTES);
            Operand operand = new Operand(type, null);
            KernelPlan add = lowering.plan(new KernelRequest("accumulation", new Add(Activation.NONE),
                    List.of(operand, operand), List.of(type), device.preferredLayout(), null));
            addToSum = add.bind(new Binding(List.of(sum, gradients), List.of(sum), MemorySegment.NULL));
            addToGradients = add.bind(new Binding(List.of(sum, gradients), List.of(gradients), MemorySegment.NULL));
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    private MemorySegment allocate(Device device, String name, Role role, long bytes) {
        Slab slab = device.memory().allocate(role, name, bytes);
        owned.add(slab);
        return slab.segment();
    }

    /** Before the first batch of a step. */
    void begin() {
        MemorySegment.copy(buffers, 0, buffersBefore, 0, buffers.byteSize());
    }

    /** Takes the gradients of one of so many batches; after the last, the gradients are the sum of all. */
    void add(int batch, int batches) {
        if (batches == 1) {
            return;
        }
        if (batch == 0) {
            MemorySegment.copy(gradients, 0, sum, 0, gradients.byteSize());
        } else if (batch < batches - 1) {
            addToSum.run();
        } else {
            addToGradients.run();
        }
    }

    /** Gives the buffers the values that they had before the step. */
    void undo() {
        MemorySegment.copy(buffersBefore, 0, buffers, 0, buffers.byteSize());
    }

    @Override
    public void close() {
        Closing.inReverse(owned);
        owned.clear();
    }
}
