package dev.gatun.reference;

import dev.gatun.update.AdamaxHyperparameters;

/** Adamax for one element. */
final class AdamaxRule {
    private AdamaxRule() {}

    /** The weight after step {@code t}; {@code state} holds the first moment and the infinity norm. */
    static double step(AdamaxHyperparameters group, long t, double weight, double gradient, double[] state) {
        double g = Gradients.of(group.direction(), Penalties.subgradient(group), group.weightDecay(), weight, gradient);
        state[0] = group.beta1() * state[0] + (1 - group.beta1()) * g;
        state[1] = Math.max(group.beta2() * state[1], Math.abs(g) + group.epsilon());
        return weight - group.learningRate() / (1 - Math.pow(group.beta1(), (double) t)) * state[0] / state[1];
    }
}
