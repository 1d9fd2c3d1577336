package dev.gatun.compress.prune;

/** How the scores of a channel's places become one. */
public enum Aggregation {
    MEAN,
    MAX,
    SUM
}
