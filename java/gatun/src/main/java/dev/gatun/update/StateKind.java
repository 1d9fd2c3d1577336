package dev.gatun.update;

/** Which numbers a state holds: what its 8 bits are spent on. */
public enum StateKind {
    /** Of both signs: a sign, and magnitudes over 16 octaves. */
    SIGNED,
    /** None below zero: magnitudes over 32 octaves, so that no square that is not zero becomes zero. */
    NON_NEGATIVE
}
