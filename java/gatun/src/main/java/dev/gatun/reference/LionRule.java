package dev.gatun.reference;

import dev.gatun.update.Decay;
import dev.gatun.update.LionHyperparameters;

/** Lion for one element. */
final class LionRule {
    private LionRule() {}

    /** The weight after step {@code t}; {@code state} holds the first moment. */
    static double step(LionHyperparameters group, long t, double weight, double gradient, double[] state) {
        double w = Gradients.decayed(Decay.DECOUPLED, group.learningRate(), group.weightDecay(), weight);
        double g = Gradients.of(group.direction(), Penalties.subgradient(group), 0, weight, gradient);
        double direction = Math.signum(group.beta1() * state[0] + (1 - group.beta1()) * g);
        state[0] = group.beta2() * state[0] + (1 - group.beta2()) * g;
        return w - group.learningRate() * direction;
    }
}
