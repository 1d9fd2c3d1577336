package dev.gatun.reference;

import dev.gatun.update.AdamHyperparameters;

/** Adam, AdamW and AMSGrad for one element. */
final class AdamRule {
    private AdamRule() {}

    /** The weight after step {@code t}; {@code state} holds both moments, and the largest second moment of AMSGrad. */
    static double step(AdamHyperparameters group, long t, double weight, double gradient, double[] state) {
        double w = Gradients.decayed(group.decay(), group.learningRate(), group.weightDecay(), weight);
        double g = Gradients.of(group.direction(), Penalties.subgradient(group),
                Gradients.coupled(group.decay(), group.weightDecay()), weight, gradient);
        state[0] = group.beta1() * state[0] + (1 - group.beta1()) * g;
        state[1] = group.beta2() * state[1] + (1 - group.beta2()) * g * g;
        double v = state[1];
        if (group.variant() == AdamHyperparameters.Variant.AMSGRAD) {
            state[2] = Math.max(state[2], v);
            v = state[2];
        }
        double correction1 = 1 - Math.pow(group.beta1(), (double) t);
        double correction2 = 1 - Math.pow(group.beta2(), (double) t);
        double denominator = Math.sqrt(v) / Math.sqrt(correction2) + group.epsilon();
        return w - group.learningRate() / correction1 * state[0] / denominator;
    }
}
