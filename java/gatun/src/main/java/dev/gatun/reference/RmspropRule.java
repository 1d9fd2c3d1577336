package dev.gatun.reference;

import dev.gatun.update.RmspropHyperparameters;

/** RMSprop for one element. */
final class RmspropRule {
    private RmspropRule() {}

    /** The weight after step {@code t}; {@code state} holds the mean square, then the mean when centered, last the velocity with momentum. */
    static double step(RmspropHyperparameters group, long t, double weight, double gradient, double[] state) {
        double g = Gradients.of(group.direction(), Penalties.subgradient(group), group.weightDecay(), weight, gradient);
        double alpha = group.alpha();
        state[0] = alpha * state[0] + (1 - alpha) * g * g;
        double variance = state[0];
        if (group.variant() == RmspropHyperparameters.Variant.CENTERED) {
            state[1] = alpha * state[1] + (1 - alpha) * g;
            variance = Math.max(variance - state[1] * state[1], 0);
        }
        double update = g / (Math.sqrt(variance) + group.epsilon());
        if (group.momentum() != 0) {
            int velocity = state.length - 1;
            state[velocity] = group.momentum() * state[velocity] + update;
            update = state[velocity];
        }
        return weight - group.learningRate() * update;
    }
}
