package dev.gatun.update;

/** What kind of step a rule takes: which rules are compared with each other first. */
public enum RuleFamily {
    /** Plain steps, and velocities. */
    MOMENTUM,
    /** A step size for each weight, from past gradients or from signs. */
    SCALING,
    /** Both. */
    ADAM,
    /** Rules that see a tensor as a whole. */
    TENSOR
}
