package dev.gatun.dist;

/** What becomes of the elements of all ranks. */
public enum Reduction {
    /** Their sum, in the order of the ranks: {@code ((x0 + x1) + x2) + ...}. */
    SUM,
    /** The sum divided by the number of ranks. */
    MEAN
}
