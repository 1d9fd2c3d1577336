package dev.gatun.update;

/** Hyper-parameters of a rule with two decay rates, the first of which acts as a momentum. */
public interface WithBetas {
    /** Returns the decay rate of the average of gradients. */
    double beta1();

    /** Returns the decay rate of the second average. */
    double beta2();
}
