package dev.gatun.update;

/** Hyper-parameters of a rule whose momentum may be 0: it then has no state for it. */
public interface WithMomentum extends Hyperparameters {
    /** Returns the momentum; 0 for none. */
    double momentum();

    /** Returns whether its variant requires a momentum above 0. */
    boolean needsMomentum();

    /** Returns the same numbers with another momentum, also 0, in a variant that allows it. */
    default Hyperparameters withAnyMomentum(double momentum) {
        return rule().with(this, "momentum", momentum);
    }
}
