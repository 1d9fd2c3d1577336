package dev.gatun.update;

/** Numbers of a rule with two weights of averages, of which the first plays the part of a momentum. */
public interface WithBetas {
    /** Weight of the old average of gradients. */
    double beta1();

    /** Weight of the other old average. */
    double beta2();
}
