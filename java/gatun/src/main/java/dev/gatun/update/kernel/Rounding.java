package dev.gatun.update.kernel;

/** The rounding of f32 to bf16. */
public enum Rounding {
    /** To nearest, ties to even. A change of less than half a unit in the last place is lost. */
    NEAREST,
    /** To one of the two neighbours, at random, so that the expected value is the number itself. */
    STOCHASTIC
}
