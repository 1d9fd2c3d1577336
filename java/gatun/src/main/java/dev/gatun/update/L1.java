package dev.gatun.update;

/** How an L1 term is applied. Combined with weight decay it is the elastic net. */
public enum L1 {
    /** Subgradient: {@code g <- g + l1 * sign(w)} before anything else; weights approach zero, but seldom reach it. */
    SUBGRADIENT,
    /**
     * Proximal operator (ISTA; Daubechies, Defrise and De Mol, 2004): after the rule,
     * {@code w <- sign(w) * max(|w| - learningRate * l1, 0)}; weights become exactly zero.
     */
    PROXIMAL
}
