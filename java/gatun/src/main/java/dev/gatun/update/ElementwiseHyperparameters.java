package dev.gatun.update;

/** Hyper-parameters of a rule that updates each weight independently. */
public interface ElementwiseHyperparameters extends Hyperparameters {
    /**
     * Returns the weight after step {@code t}, in double precision.
     *
     * @param gradient gradient after what all rules have in common: scaled and clipped, but neither negated nor decayed
     * @param state    states, in the order of {@link #stateNames}: read and written
     */
    double follow(long t, double weight, double gradient, double[] state);

    @Override
    default void follow(long t, int rows, double[] weights, double[] gradients, double[][] states) {
        double[] state = new double[states.length];
        for (int i = 0; i < weights.length; i++) {
            for (int s = 0; s < state.length; s++) {
                state[s] = states[s][i];
            }
            weights[i] = follow(t, weights[i], gradients[i], state);
            for (int s = 0; s < state.length; s++) {
                states[s][i] = state[s];
            }
        }
    }
}
