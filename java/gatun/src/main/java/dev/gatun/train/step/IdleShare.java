package dev.gatun.train.step;

import dev.gatun.backend.Device;
import dev.gatun.engine.GradientListener;
import dev.gatun.engine.Variables;
import org.jspecify.annotations.Nullable;

/** The gradients of a rank that has no example of a step: zero. */
record IdleShare(Device device, Variables variables, @Nullable GradientListener listener) implements Phase {
    @Override
    public void run(StepState step) {
        if (step.batches == 0) {
            device.zero(variables.gradients());
            if (listener != null) {
                listener.onFinal(0, variables.gradients().bytes());
            }
        }
    }
}
