package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.engine.Variables;
import dev.gatun.optim.SharpnessAscent;
import dev.gatun.optim.SharpnessAware;

/**
 * The second pass of sharpness-aware minimisation, over the same batch with the same dropout, at the sharpest weights
 * near by: replaces the gradients of the first pass; leaves them, where one of them is not finite. Running statistics
 * are those of the first pass. Allocates nothing once it is made.
 */
final class SecondPass implements Phase, AutoCloseable {
    private final SharpnessAscent ascent;

    SecondPass(Device device, Variables variables, SharpnessAware options) {
        ascent = new SharpnessAscent(
                device, variables.parameters(), variables.gradients(), options);
    }

    /** Weights are those before the step afterwards, whatever happens. */
    @Override
    public void run(StepState step) {
        if (!ascent.climb(step.gradientScale)) {
            return;
        }
        BoundProgram pass = step.pass();
        try {
            pass.variablesChanged();
            pass.forward();
            pass.finiteLoss(step.number);
            pass.program().backward();
        } finally {
            ascent.descend();
        }
    }

    @Override
    public void close() {
        ascent.close();
    }
}
