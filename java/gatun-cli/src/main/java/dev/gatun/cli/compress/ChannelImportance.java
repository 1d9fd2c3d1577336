package dev.gatun.cli.compress;

/** What ranks channels. */
public enum ChannelImportance {
    /** The sum of their weights' sizes. */
    L1,
    /** The Euclidean norm of their weights. */
    L2,
    /** The scale of the normalisation after them. */
    SCALE,
    /** How much the loss would change without them, to first order. */
    TAYLOR,
    /** Their distance to the other filters of the layer. */
    MEDIAN,
    /** Chance. */
    RANDOM
}
