package dev.gatun.train.step;

import dev.gatun.backend.Device;
import dev.gatun.engine.Variables;
import dev.gatun.memory.Buffer;
import dev.gatun.optim.Lookahead;
import dev.gatun.optim.SlowWeights;
import dev.gatun.optim.TensorState;
import dev.gatun.update.kernel.StepKernel;
import java.util.Optional;

/** Look-ahead's part of a step, and the slow weights that it keeps. The device decides when they move. */
final class SlowPhases implements KeptState, AutoCloseable {
    private final SlowWeights slow;
    private final StepKernel control;

    SlowPhases(Device device, Variables variables, StepKernel control, Lookahead options) {
        this.control = control;
        slow = new SlowWeights(device, variables.parameters(), options);
    }

    /** Comes before the optimizer's step. */
    Phase before() {
        return _ -> slow.before(control);
    }

    /** Comes after it. */
    Phase after() {
        return _ -> slow.after(control);
    }

    /** The slow weights. */
    Buffer weights() {
        return slow.buffer();
    }

    @Override
    public Kind kind() {
        return Kind.SLOW;
    }

    @Override
    public Optional<TensorState> of(Variables.Slot slot) {
        return slot.isTrained() ? Optional.of(new TensorState(SlowWeights.NAME, slot.stored(),
                slow.buffer().slice(slot.offset(), slot.stored().bytes()))) : Optional.empty();
    }

    @Override
    public void close() {
        slow.close();
    }
}
