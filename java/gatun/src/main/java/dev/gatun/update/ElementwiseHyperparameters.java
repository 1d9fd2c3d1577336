package dev.gatun.update;

/** Numbers of a rule that moves each weight by itself. */
public interface ElementwiseHyperparameters extends Hyperparameters {
    /**
     * The weight after step {@code t}, in double precision.
     *
     * @param gradient after everything that is done to it in every rule alike: scaled and clipped, but neither negated
     *                 nor decayed
     * @param state    the states that these numbers need, in the order of {@link #stateNames}: read and written
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
