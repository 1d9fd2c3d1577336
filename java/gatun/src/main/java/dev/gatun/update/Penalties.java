package dev.gatun.update;

/** The parts of the L1 term that act on the gradient and on the weight. */
public final class Penalties {
    private Penalties() {}

    /** Returns the coefficient of the weight's sign in the gradient. */
    public static double subgradient(Hyperparameters group) {
        return switch (group.l1Method()) {
            case SUBGRADIENT -> group.l1();
            case PROXIMAL -> 0;
        };
    }

    /**
     * Draws weights that the rule has moved nearer to zero, the small ones to zero itself, if the L1 term is proximal.
     */
    static void shrink(Hyperparameters group, double[] weights) {
        if (group.l1Method() == L1.PROXIMAL) {
            double threshold = group.learningRate() * group.l1();
            for (int i = 0; i < weights.length; i++) {
                weights[i] = Math.copySign(Math.max(Math.abs(weights[i]) - threshold, 0), weights[i]);
            }
        }
    }
}
