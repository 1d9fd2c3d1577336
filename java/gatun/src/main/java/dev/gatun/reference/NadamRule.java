package dev.gatun.reference;

import dev.gatun.update.NadamHyperparameters;

/** NAdam for one element. */
final class NadamRule {
    private NadamRule() {}

    /** The weight after step {@code t}; {@code state} holds both moments. */
    static double step(NadamHyperparameters group, long t, double weight, double gradient, double[] state) {
        double w = Gradients.decayed(group.decay(), group.learningRate(), group.weightDecay(), weight);
        double g = Gradients.of(group.direction(), Penalties.subgradient(group),
                Gradients.coupled(group.decay(), group.weightDecay()), weight, gradient);
        state[0] = group.beta1() * state[0] + (1 - group.beta1()) * g;
        state[1] = group.beta2() * state[1] + (1 - group.beta2()) * g * g;
        double product = 1;
        for (long i = 1; i <= t; i++) {
            product *= momentum(group, i);
        }
        double now = momentum(group, t);
        double next = momentum(group, t + 1);
        double denominator = Math.sqrt(state[1] / (1 - Math.pow(group.beta2(), (double) t))) + group.epsilon();
        double update = (1 - now) / (1 - product) * g + next / (1 - product * next) * state[0];
        return w - group.learningRate() * update / denominator;
    }

    private static double momentum(NadamHyperparameters group, long t) {
        return group.beta1() * (1 - 0.5 * Math.pow(0.96, t * group.momentumDecay()));
    }
}
