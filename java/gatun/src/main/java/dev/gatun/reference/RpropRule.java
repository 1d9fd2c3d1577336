package dev.gatun.reference;

import dev.gatun.update.RpropHyperparameters;

/** Rprop for one element. */
final class RpropRule {
    private RpropRule() {}

    /** The weight after step {@code t}; {@code state} holds the previous gradient and the step size. */
    static double step(RpropHyperparameters group, long t, double weight, double gradient, double[] state) {
        double g = Gradients.of(group.direction(), 0, 0, weight, gradient);
        double agreement = t == 1 ? 0 : Math.signum(g * state[0]);
        double factor = agreement > 0 ? group.increase() : agreement < 0 ? group.decrease() : 1;
        double size = (t == 1 ? group.learningRate() : state[1]) * factor;
        double taken = agreement < 0 ? 0 : g;
        state[0] = taken;
        state[1] = Math.clamp(size, group.smallest(), group.largest());
        return weight - Math.signum(taken) * state[1];
    }
}
