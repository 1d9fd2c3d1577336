package dev.gatun.train.step;

import dev.gatun.backend.Device;
import dev.gatun.engine.GradientListener;
import dev.gatun.engine.Variables;
import dev.gatun.optim.SharpnessAscent;
import dev.gatun.optim.SharpnessAware;
import dev.gatun.train.program.BoundProgram;
import dev.gatun.update.kernel.StepKernel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The second pass of sharpness-aware minimisation: computes the gradients of the same batch, with the same dropout, at
 * the perturbed weights, and replaces those of the first pass. If one of these is not finite, the weights are not
 * perturbed and the second pass repeats the first; the device decides that, and the host does not wait. Running
 * statistics are those of the first pass. Allocates nothing after construction.
 */
public final class SecondPass implements Phase, AutoCloseable {
    private final StepKernel control;
    private final LossCheck check;
    private final Backward backward;
    private final SharpnessAscent ascent;

    /**
     * Creates the phase.
     *
     * @param listener notified of final gradients; null for none
     */
    public SecondPass(
            Device device, Variables variables, StepKernel control, LossCheck check, SharpnessAware options,
            @Nullable GradientListener listener) {
        backward = new Backward(listener);
        this.control = control;
        this.check = check;
        ascent = new SharpnessAscent(
                device, variables.parameters(), variables.gradients(), options);
    }

    /** Runs the second pass; the weights are restored even when it fails. */
    @Override
    public void run(StepState step) {
        if (step.batches == 0) {
            return; // another rank has the examples
        }
        BoundProgram pass = step.pass();
        ascent.perturb(control, step.gradientScale);
        try {
            pass.variablesChanged();
            pass.forward();
            check.check(step);
            backward.run(pass);
        } finally {
            ascent.restore(control);
        }
    }

    /** Perturbs the weights once more, waiting for the device, as the perturbed weights are not kept. */
    @Override
    public Optional<NonFiniteLossException> explain(SubmittedStep failed) {
        BoundProgram pass = failed.results(0).pass();
        check.repeat(pass, failed, 0);
        pass.forward();
        pass.program().backward();
        if (!ascent.perturb(failed.gradientScale / failed.block.usedScale())) {
            return Optional.empty();
        }
        try {
            pass.variablesChanged();
            pass.forward();
            return Optional.of(new NonFiniteLossException(failed.number, pass.loss(), pass.locateNonFinite()));
        } finally {
            ascent.restore();
        }
    }

    @Override
    public void close() {
        ascent.close();
    }
}
