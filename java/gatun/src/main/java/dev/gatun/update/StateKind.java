package dev.gatun.update;

/** The range of the numbers of a state, which determines their code in 8 bits. */
public enum StateKind {
    /** Numbers of both signs: a sign, and magnitudes over 16 octaves. */
    SIGNED,
    /** Non-negative numbers: magnitudes over 32 octaves, so that no nonzero square becomes zero. */
    NON_NEGATIVE
}
