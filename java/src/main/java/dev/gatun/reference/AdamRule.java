package dev.gatun.reference;

import dev.gatun.backend.AdamHyperparameters;
import dev.gatun.backend.Direction;

/** Adam and AdamW for one element. */
final class AdamRule {
    private AdamRule() {}

    /**
     * One step of element {@code i}.
     *
     * @param gradient the scaled gradient
     */
    static void step(
            AdamHyperparameters group, long step, double gradient, Tensor parameters, Tensor first, Tensor second,
            long i) {
        double w = parameters.get(i);
        double g = group.direction() == Direction.MAXIMIZE ? -gradient : gradient;
        switch (group.decay()) {
            case COUPLED -> g += group.weightDecay() * w;
            case DECOUPLED -> w *= 1 - group.learningRate() * group.weightDecay();
        }
        double m = group.beta1() * first.get(i) + (1 - group.beta1()) * g;
        double v = group.beta2() * second.get(i) + (1 - group.beta2()) * g * g;
        first.set(i, m);
        second.set(i, v);
        double correction1 = 1 - Math.pow(group.beta1(), (double) step);
        double correction2 = 1 - Math.pow(group.beta2(), (double) step);
        double denominator = Math.sqrt(v) / Math.sqrt(correction2) + group.epsilon();
        parameters.set(i, w - group.learningRate() / correction1 * m / denominator);
    }
}
