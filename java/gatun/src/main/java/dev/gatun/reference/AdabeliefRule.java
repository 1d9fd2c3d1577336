package dev.gatun.reference;

import dev.gatun.update.AdabeliefHyperparameters;

/** AdaBelief for one element. */
final class AdabeliefRule {
    private AdabeliefRule() {}

    /** The weight after step {@code t}; {@code state} holds the first moment and the mean square of what it did not foresee. */
    static double step(AdabeliefHyperparameters group, long t, double weight, double gradient, double[] state) {
        double w = Gradients.decayed(group.decay(), group.learningRate(), group.weightDecay(), weight);
        double g = Gradients.of(group.direction(), Penalties.subgradient(group),
                Gradients.coupled(group.decay(), group.weightDecay()), weight, gradient);
        double m = group.beta1() * state[0] + (1 - group.beta1()) * g;
        double s = group.beta2() * state[1] + (1 - group.beta2()) * (g - m) * (g - m) + group.epsilon();
        state[0] = m;
        state[1] = s;
        double correction1 = 1 - Math.pow(group.beta1(), (double) t);
        double correction2 = 1 - Math.pow(group.beta2(), (double) t);
        double denominator = Math.sqrt(s) / Math.sqrt(correction2) + group.epsilon();
        return w - group.learningRate() / correction1 * m / denominator;
    }
}
