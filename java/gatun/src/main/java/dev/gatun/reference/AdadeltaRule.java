package dev.gatun.reference;

import dev.gatun.update.AdadeltaHyperparameters;

/** Adadelta for one element. */
final class AdadeltaRule {
    private AdadeltaRule() {}

    /** The weight after step {@code t}; {@code state} holds the mean squares of gradients and of steps. */
    static double step(AdadeltaHyperparameters group, long t, double weight, double gradient, double[] state) {
        double g = Gradients.of(group.direction(), Penalties.subgradient(group), group.weightDecay(), weight, gradient);
        double rho = group.rho();
        state[0] = rho * state[0] + (1 - rho) * g * g;
        double delta = g * Math.sqrt(state[1] + group.epsilon()) / Math.sqrt(state[0] + group.epsilon());
        state[1] = rho * state[1] + (1 - rho) * delta * delta;
        return weight - group.learningRate() * delta;
    }
}
