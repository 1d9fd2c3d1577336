package dev.gatun.update;

/** Numbers of a rule whose momentum can be off, at 0: then it has no memory for it. */
public interface WithMomentum extends Hyperparameters {
    /** Weight of the old velocity; 0 for none. */
    double momentum();

    /** Whether its variant makes no sense at momentum 0. */
    boolean needsMomentum();

    /** Returns the same numbers with another momentum, also 0, in a variant that allows it. */
    default Hyperparameters withAnyMomentum(double momentum) {
        return rule().with(this, "momentum", momentum);
    }
}
