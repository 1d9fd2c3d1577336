package dev.gatun.train.step;

import dev.gatun.backend.Device;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Closing;
import dev.gatun.memory.Role;
import dev.gatun.train.program.BoundProgram;
import dev.gatun.update.kernel.StepKernel;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the inputs of the batch that halted the steps. When the host notices, the programs already hold later batches.
 */
public final class KeptInputs implements AutoCloseable {
    private final Device device;
    private final StepKernel control;
    private final List<Kept> kept = new ArrayList<>();
    private final List<Buffer> owned = new ArrayList<>();

    private record Kept(BoundProgram program, List<Buffer> buffers) {}

    /** Allocates memory for a copy of the inputs of each program. */
    public KeptInputs(Device device, StepKernel control, List<BoundProgram> programs) {
        this.device = device;
        this.control = control;
        boolean complete = false;
        try {
            for (BoundProgram program : programs) {
                List<Buffer> buffers = new ArrayList<>();
                for (Buffer input : program.inputs()) {
                    Buffer copy = device.allocate(Role.STAGING, "inputs of a step that is not finite", input.bytes());
                    owned.add(copy);
                    buffers.add(copy);
                }
                kept.add(new Kept(program, buffers));
            }
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    private Kept of(BoundProgram program) {
        for (int i = 0; i < kept.size(); i++) { // no iterator: a step allocates nothing
            if (kept.get(i).program == program) {
                return kept.get(i);
            }
        }
        throw new IllegalStateException("a program of " + program.size() + " examples was compiled after the others");
    }

    /** Copies the inputs of a program if the loss observed latest, its own, halted the steps. */
    public void keepWhereHalted(BoundProgram program) {
        List<Buffer> buffers = of(program).buffers;
        for (int i = 0; i < buffers.size(); i++) {
            control.keepWhereHalted(program.inputs().get(i), buffers.get(i));
        }
    }

    /** Restores the inputs of a program. */
    public void restore(BoundProgram program) {
        List<Buffer> buffers = of(program).buffers;
        for (int i = 0; i < buffers.size(); i++) {
            device.copy(buffers.get(i), program.inputs().get(i));
        }
    }

    @Override
    public void close() {
        Closing.inReverse(owned);
        owned.clear();
    }
}
