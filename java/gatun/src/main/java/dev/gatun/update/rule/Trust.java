package dev.gatun.update.rule;

/** How large the trust ratio of a layer-wise rule may be. */
public enum Trust {
    FREE,
    /** At most 1 (LARS: after division by the learning rate). */
    AT_MOST_ONE
}
