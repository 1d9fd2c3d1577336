package dev.gatun.update;

/** Hyper-parameters of a rule whose momentum may be 0: it then has no state for it. */
public interface WithMomentum {
    /** Returns the momentum; 0 for none. */
    double momentum();

    /** Returns whether its variant requires a momentum above 0. */
    boolean needsMomentum();
}
