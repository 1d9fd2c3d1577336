package dev.gatun.update;

/** Numbers of a rule whose momentum can be off, at 0: then it has no memory for it. */
public interface WithMomentum {
    /** Weight of the old velocity; 0 for none. */
    double momentum();

    /** Whether its variant makes no sense at momentum 0. */
    boolean needsMomentum();
}
