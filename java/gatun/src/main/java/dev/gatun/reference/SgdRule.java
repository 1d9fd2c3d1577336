package dev.gatun.reference;

import dev.gatun.update.SgdHyperparameters;

/** Stochastic gradient descent for one element. */
final class SgdRule {
    private SgdRule() {}

    /** The weight after step {@code t}; {@code state} holds the velocity unless momentum is 0. */
    static double step(SgdHyperparameters group, long t, double weight, double gradient, double[] state) {
        double g = Gradients.of(group.direction(), Penalties.subgradient(group), group.weightDecay(), weight, gradient);
        if (group.momentum() == 0) {
            return weight - group.learningRate() * g;
        }
        double momentum = group.momentum();
        double velocity = group.variant().averages()
                ? momentum * state[0] + (1 - momentum) * g
                : t == 1 ? g : momentum * state[0] + (1 - group.dampening()) * g;
        state[0] = velocity;
        double update = switch (group.variant()) {
            case CLASSIC, AVERAGE -> velocity;
            case NESTEROV -> g + momentum * velocity;
            case CORRECTED_AVERAGE -> velocity / (1 - Math.pow(momentum, (double) t));
        };
        return weight - group.learningRate() * update;
    }
}
