package dev.gatun.train;

import dev.gatun.engine.Variables;
import dev.gatun.optim.LossScaler;
import dev.gatun.optim.Optimizer;

/** The optimizer's step; where the loss is scaled, only with finite gradients, and then a look at the scale. */
final class Update implements Phase {
    private final Optimizer optimizer;
    private final LossScaler scaler;
    private final Variables variables;

    Update(Optimizer optimizer, LossScaler scaler, Variables variables) {
        this.optimizer = optimizer;
        this.scaler = scaler;
        this.variables = variables;
    }

    @Override
    public void run(StepState step) {
        if (!scaler.isOn()) {
            step.updated = optimizer.step(step.gradientScale);
            return;
        }
        float scale = scaler.scale();
        step.updated = optimizer.stepIfFinite(step.gradientScale);
        scaler.update(step.updated);
        if (scaler.isHopeless()) {
            String parameter = variables.parameterAt(optimizer.firstNonFinite()).orElse("no parameter");
            throw new NonFiniteGradientException(step.number, scaler.skippedInARow(), scale, parameter);
        }
    }
}
