package dev.gatun.update.rule;

import dev.gatun.update.Norms;

/** LAMB for one tensor. The bound on the norm of all gradients is the caller's. */
final class LambForm {
    private LambForm() {}

    /** Moves the weights to where they are after step {@code t}; {@code states} are both moments. */
    static void step(LambHyperparameters group, long t, double[] weights, double[] gradients, double[][] states) {
        double[] update = new double[weights.length];
        for (int i = 0; i < weights.length; i++) {
            update[i] = update(group, t, weights[i], gradients[i], states, i);
        }
        double rate = group.learningRate() * trust(group, Norms.of(weights), Norms.of(update));
        for (int i = 0; i < weights.length; i++) {
            weights[i] -= rate * update[i];
        }
    }

    private static double update(
            LambHyperparameters group, long t, double weight, double gradient, double[][] states, int i) {
        double g = Gradients.of(group.direction(), 0, 0, weight, gradient);
        double share = switch (group.averaging()) {
            case ON -> 1 - group.beta1();
            case OFF -> 1;
        };
        double m = group.beta1() * states[0][i] + share * g;
        double v = group.beta2() * states[1][i] + (1 - group.beta2()) * g * g;
        states[0][i] = m;
        states[1][i] = v;
        double adapted = switch (group.correction()) {
            case ON -> m / (1 - Math.pow(group.beta1(), (double) t))
                    / (Math.sqrt(v) / Math.sqrt(1 - Math.pow(group.beta2(), (double) t)) + group.epsilon());
            case OFF -> m / (Math.sqrt(v) + group.epsilon());
        };
        return adapted + group.weightDecay() * weight;
    }

    private static double trust(LambHyperparameters group, double weights, double update) {
        if (group.weightDecay() == 0 && group.adaptation() == Adaptation.DECAYED) {
            return 1;
        }
        double ratio = weights > 0 && update > 0 ? weights / update : 1;
        return group.trust() == Trust.AT_MOST_ONE ? Math.min(ratio, 1) : ratio;
    }
}
