package dev.gatun.train.step;

import dev.gatun.backend.Device;
import dev.gatun.engine.Variables;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Role;
import dev.gatun.update.kernel.StepKernel;

/**
 * Saves the buffers before a step, and restores them if its gradients cannot be computed: for steps that update running
 * statistics before the last loss is known.
 */
public final class KeptBuffers implements Phase, AutoCloseable {
    private final Device device;
    private final Buffer buffers;
    private final Buffer before;
    private final StepKernel control;

    /** Allocates memory for a copy of the buffers. */
    public KeptBuffers(Device device, Variables variables, StepKernel control) {
        this.control = control;
        this.device = device;
        buffers = variables.buffers();
        before = device.allocate(Role.BUFFERS, "buffers before a step", buffers.bytes());
    }

    @Override
    public void run(StepState step) {
        device.copy(buffers, before);
    }

    /** Restores the buffers if the device has halted the steps: at the end of a step that the host is ahead of. */
    public void restoreWhereHalted() {
        control.restoreWhereHalted(before, buffers);
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
