package dev.gatun.op;

/** An elementwise function that a kernel applies to its result before storing it. */
public enum Activation {
    NONE,
    /** max(x, 0) */
    RELU
}
