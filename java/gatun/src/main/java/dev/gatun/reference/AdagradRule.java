package dev.gatun.reference;

import dev.gatun.update.AdagradHyperparameters;

/** Adagrad for one element. */
final class AdagradRule {
    private AdagradRule() {}

    /** The weight after step {@code t}; {@code state} holds the sum of squares. */
    static double step(AdagradHyperparameters group, long t, double weight, double gradient, double[] state) {
        double g = Gradients.of(group.direction(), Penalties.subgradient(group), group.weightDecay(), weight, gradient);
        state[0] = (t == 1 ? group.initialAccumulator() : state[0]) + g * g;
        double rate = group.learningRate() / (1 + (t - 1) * group.learningRateDecay());
        return weight - rate * g / (Math.sqrt(state[0]) + group.epsilon());
    }
}
