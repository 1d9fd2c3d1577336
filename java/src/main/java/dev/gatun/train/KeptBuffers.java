package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.engine.Variables;
import dev.gatun.memory.Role;
import dev.gatun.memory.Slab;
import java.lang.foreign.MemorySegment;

/**
 * Keeps the buffers as they are before a step, and gives them back when its gradients cannot be computed: for steps that
 * update running statistics before the last loss is known.
 */
final class KeptBuffers implements Phase, AutoCloseable {
    private final MemorySegment buffers;
    private final Slab before;

    KeptBuffers(Device device, Variables variables) {
        buffers = variables.buffers().segment();
        before = device.memory().allocate(Role.BUFFERS, "buffers before a step", buffers.byteSize());
    }

    @Override
    public void run(StepState step) {
        MemorySegment.copy(buffers, 0, before.segment(), 0, buffers.byteSize());
    }

    @Override
    public void undo() {
        MemorySegment.copy(before.segment(), 0, buffers, 0, buffers.byteSize());
    }

    @Override
    public void close() {
        before.close();
    }
}
