package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.engine.GradientListener;
import dev.gatun.engine.Variables;
import dev.gatun.optim.SharpnessAscent;
import dev.gatun.optim.SharpnessAware;
import dev.gatun.update.kernel.StepKernel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The second pass of sharpness-aware minimisation, over the same batch with the same dropout, at the sharpest weights
 * near by: replaces the gradients of the first pass. Where one of those is not finite the weights stay, and the second
 * pass repeats the first. The device decides that, and the host does not wait. Running statistics are those of the
 * first pass. Allocates nothing once it is made.
 */
final class SecondPass implements Phase, AutoCloseable {
    private final StepKernel control;
    private final LossCheck check;
    private final Backward backward;
    private final SharpnessAscent ascent;

    /** @param listener hears of the gradients; null where nobody asks */
    SecondPass(
            Device device, Variables variables, StepKernel control, LossCheck check, SharpnessAware options,
            @Nullable GradientListener listener) {
        backward = new Backward(listener);
        this.control = control;
        this.check = check;
        ascent = new SharpnessAscent(
                device, variables.parameters(), variables.gradients(), options);
    }

    /** Weights are those before the step afterwards, whatever happens. */
    @Override
    public void run(StepState step) {
        BoundProgram pass = step.pass();
        ascent.climb(control, step.gradientScale);
        try {
            pass.variablesChanged();
            pass.forward();
            check.look(step);
            backward.run(pass);
        } finally {
            ascent.descend(control);
        }
    }

    /** Climbs once more, waiting for the device: the weights up the slope are not kept. */
    @Override
    public Optional<NonFiniteLossException> explain(SubmittedStep failed) {
        BoundProgram pass = failed.results(0).pass();
        check.repeat(pass, failed, 0);
        pass.forward();
        pass.program().backward();
        if (!ascent.climb(failed.gradientScale / failed.block.usedScale())) {
            return Optional.empty();
        }
        try {
            pass.variablesChanged();
            pass.forward();
            return Optional.of(new NonFiniteLossException(failed.number, pass.loss(), pass.locateNonFinite()));
        } finally {
            ascent.descend();
        }
    }

    @Override
    public void close() {
        ascent.close();
    }
}
