package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Closing;
import dev.gatun.memory.Role;
import dev.gatun.model.Model;
import dev.gatun.optim.SharpnessAscent;
import dev.gatun.optim.SharpnessAware;
import java.util.List;

/**
 * The second pass of sharpness-aware minimisation, over the same batch with the same dropout, at the sharpest weights near
 * by. Running statistics are those of the first pass. Allocates nothing once it is made.
 */
final class SecondPass implements AutoCloseable {
    private final Device device;
    private final Program program;
    private final SharpnessAscent ascent;
    private final Scalar loss;
    private final Buffer buffers;
    private final Buffer buffersBefore;

    SecondPass(Device device, Program program, SharpnessAware options) {
        this.device = device;
        this.program = program;
        Variables variables = program.variables();
        loss = new Scalar(device, program.output(Model.LOSS));
        buffers = variables.buffers();
        buffersBefore = device.allocate(Role.BUFFERS, "buffers before a step", buffers.bytes());
        boolean complete = false;
        try {
            ascent = new SharpnessAscent(
                    device, variables.parameters(), variables.gradients(), options);
            complete = true;
        } finally {
            if (!complete) {
                buffersBefore.close();
            }
        }
    }

    /** Before the first pass. */
    void begin() {
        device.copy(buffers, buffersBefore);
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
                device.copy(buffersBefore, buffers);
            }
        }
    }

    /** The gradients up the slope; comes down again whatever happens. */
    private void differentiate(long step) {
        try {
            program.prepack();
            program.forward();
            float value = loss.toFloat();
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
