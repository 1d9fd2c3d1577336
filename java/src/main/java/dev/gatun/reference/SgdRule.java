package dev.gatun.reference;

import dev.gatun.backend.Direction;
import dev.gatun.backend.SgdHyperparameters;

/** Stochastic gradient descent for one element. */
final class SgdRule {
    private SgdRule() {}

    /**
     * One step of element {@code i}.
     *
     * @param gradient the scaled gradient
     * @param velocity read and written unless momentum is 0, when any tensor will do
     */
    static void step(SgdHyperparameters group, long step, double gradient, Tensor parameters, Tensor velocity, long i) {
        double w = parameters.get(i);
        double g = group.direction() == Direction.MAXIMIZE ? -gradient : gradient;
        g += group.weightDecay() * w;
        double update = g;
        if (group.momentum() != 0) {
            double b = step == 1 ? g : group.momentum() * velocity.get(i) + (1 - group.dampening()) * g;
            velocity.set(i, b);
            update = switch (group.variant()) {
                case CLASSIC -> b;
                case NESTEROV -> g + group.momentum() * b;
            };
        }
        parameters.set(i, w - group.learningRate() * update);
    }
}
