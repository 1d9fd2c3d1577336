package dev.gatun.update.rule;

import dev.gatun.update.Norms;

/** LARS for one tensor. */
final class LarsForm {
    private LarsForm() {}

    /**
     * Moves the weights to where they are after step {@code t}; {@code states} is the velocity unless momentum is 0.
     */
    static void step(LarsHyperparameters group, long t, double[] weights, double[] gradients, double[][] states) {
        double trust = trust(group, Norms.of(weights), Norms.of(gradients));
        for (int i = 0; i < weights.length; i++) {
            double g = trust * Gradients.of(group.direction(), 0, group.weightDecay(), weights[i], gradients[i]);
            double update = g;
            if (group.momentum() != 0) {
                double velocity = t == 1 ? g : group.momentum() * states[0][i] + (1 - group.dampening()) * g;
                states[0][i] = velocity;
                update = switch (group.variant()) {
                    case CLASSIC -> velocity;
                    case NESTEROV -> g + group.momentum() * velocity;
                };
            }
            weights[i] -= group.learningRate() * update;
        }
    }

    private static double trust(LarsHyperparameters group, double weights, double gradients) {
        if (group.weightDecay() == 0 && group.adaptation() == Adaptation.DECAYED) {
            return 1;
        }
        double ratio = weights > 0 && gradients > 0
                ? group.trustCoefficient() * weights / (gradients + group.weightDecay() * weights + group.epsilon())
                : 1;
        return group.trust() == Trust.AT_MOST_ONE ? Math.min(ratio / group.learningRate(), 1) : ratio;
    }
}
