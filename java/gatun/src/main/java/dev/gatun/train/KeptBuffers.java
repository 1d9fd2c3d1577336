package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.engine.Variables;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Role;

/**
 * Keeps the buffers as they are before a step, and gives them back when its gradients cannot be computed: for steps
 * that update running statistics before the last loss is known.
 */
final class KeptBuffers implements Phase, AutoCloseable {
    private final Device device;
    private final Buffer buffers;
    private final Buffer before;

    KeptBuffers(Device device, Variables variables) {
        this.device = device;
        buffers = variables.buffers();
        before = device.allocate(Role.BUFFERS, "buffers before a step", buffers.bytes());
    }

    @Override
    public void run(StepState step) {
        device.copy(buffers, before);
    }

    @Override
    public void undo() {
        device.copy(before, buffers);
    }

    @Override
    public void close() {
        before.close();
    }
}
