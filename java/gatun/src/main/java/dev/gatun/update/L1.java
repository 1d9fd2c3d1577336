package dev.gatun.update;

/** How an L1 term acts. With weight decay beside it the two are the elastic net. */
public enum L1 {
    /** {@code g <- g + l1 * sign(w)} before anything else; weights come near zero, but seldom to it. */
    SUBGRADIENT,
    /**
     * By the proximal operator (ISTA; Daubechies, Defrise and De Mol, 2004): after the rule,
     * {@code w <- sign(w) * max(|w| - learningRate * l1, 0)}; weights become exactly zero.
     */
    PROXIMAL
}
