package dev.gatun.update.kernel;

/** How an f32 number becomes a bf16 one. */
public enum Rounding {
    /** To the nearest, ties to even. A change of less than half a unit of the last place is lost. */
    NEAREST,
    /** To one of the two neighbours, the nearer the likelier: small changes count in the mean. */
    STOCHASTIC
}
