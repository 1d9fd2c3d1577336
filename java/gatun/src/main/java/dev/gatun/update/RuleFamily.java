package dev.gatun.update;

/** The kind of an update rule; rules of one kind are compared with each other first. */
public enum RuleFamily {
    /** Plain steps and momentum. */
    MOMENTUM,
    /** A step size for each weight, from past gradients or from signs. */
    SCALING,
    /** Momentum and a step size for each weight. */
    ADAM,
    /** Rules of whole tensors. */
    TENSOR
}
