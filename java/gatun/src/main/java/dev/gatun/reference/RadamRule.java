package dev.gatun.reference;

import dev.gatun.update.RadamHyperparameters;

/** RAdam for one element. */
final class RadamRule {
    private RadamRule() {}

    /** The weight after step {@code t}; {@code state} holds both moments. */
    static double step(RadamHyperparameters group, long t, double weight, double gradient, double[] state) {
        double w = Gradients.decayed(group.decay(), group.learningRate(), group.weightDecay(), weight);
        double g = Gradients.of(group.direction(), Penalties.subgradient(group),
                Gradients.coupled(group.decay(), group.weightDecay()), weight, gradient);
        state[0] = group.beta1() * state[0] + (1 - group.beta1()) * g;
        state[1] = group.beta2() * state[1] + (1 - group.beta2()) * g * g;
        double correction1 = 1 - Math.pow(group.beta1(), (double) t);
        double correction2 = 1 - Math.pow(group.beta2(), (double) t);
        double longest = 2 / (1 - group.beta2()) - 1;
        double length = longest - 2 * t * (1 - correction2) / correction2;
        double update = state[0] / correction1;
        if (length > 5) {
            double rectification = Math.sqrt((length - 4) * (length - 2) * longest
                    / ((longest - 4) * (longest - 2) * length));
            update *= rectification * Math.sqrt(correction2) / (Math.sqrt(state[1]) + group.epsilon());
        }
        return w - group.learningRate() * update;
    }
}
