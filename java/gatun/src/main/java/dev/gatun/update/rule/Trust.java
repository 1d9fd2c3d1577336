package dev.gatun.update.rule;

/** The bound of the trust ratio of a layer-wise rule. */
public enum Trust {
    FREE,
    /** At most 1; for LARS, after division by the learning rate. */
    AT_MOST_ONE
}
