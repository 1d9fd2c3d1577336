package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.memory.Closing;
import dev.gatun.memory.Role;
import dev.gatun.memory.Slab;
import dev.gatun.model.Model;
import dev.gatun.optim.SharpnessAscent;
import dev.gatun.optim.SharpnessAware;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The second pass of sharpness-aware minimisation, over the same batch with the same dropout, at the sharpest weights near
 * by. Running statistics are those of the first pass. Allocates nothing once it is made.
 */
final class SecondPass implements AutoCloseable {
    private final Program program;
    private final SharpnessAscent ascent;
    private final MemorySegment loss;
    private final MemorySegment buffers;
    private final Slab buffersBefore;

    SecondPass(Device device, Program program, SharpnessAware options) {
        this.program = program;
        Variables variables = program.variables();
        loss = program.output(Model.LOSS);
        buffers = variables.buffers().segment();
        buffersBefore = device.memory().allocate(Role.BUFFERS, "buffers before a step", buffers.byteSize());
        boolean complete = false;
        try {
            ascent = new SharpnessAscent(
                    device, variables.parameters().segment(), variables.gradients().segment(), options);
            complete = true;
        } finally {
            if (!complete) {
                buffersBefore.close();
            }
        }
    }

    /** Before the first pass. */
    void begin() {
        MemorySegment.copy(buffers, 0, buffersBefore.segment(), 0, buffers.byteSize());
    }

    /**
     * Replaces the gradients of the first pass; leaves them, where one of them is not finite.
     *
     * @param step for messages, counted from 1
     * @throws NonFiniteLossException when the loss there is not finite; as after any failure, weights and buffers are
     *                                those before the step then
     */
    void run(double gradientScale, long step) {
        boolean complete = false;
        try {
            if (ascent.climb(gradientScale)) {
                differentiate(step);
            }
            complete = true;
        } finally {
            if (!complete) {
                MemorySegment.copy(buffersBefore.segment(), 0, buffers, 0, buffers.byteSize());
            }
        }
    }

    /** The gradients up the slope; comes down again whatever happens. */
    private void differentiate(long step) {
        try {
            program.derive();
            program.forward();
            float value = loss.get(ValueLayout.JAVA_FLOAT, 0);
            if (!Float.isFinite(value)) {
                throw new NonFiniteLossException(step, value, program.locateNonFinite().map(Program.NonFinite::toString)
                        .orElse("nothing: a repetition of the step was finite"));
            }
            program.backward();
        } finally {
            ascent.descend();
        }
    }

    @Override
    public void close() {
        Closing.inReverse(List.of(buffersBefore, ascent));
    }
}
