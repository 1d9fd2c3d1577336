package dev.gatun.compress.prune;

import dev.gatun.compress.Snapshot;

/**
 * A network with fewer channels.
 *
 * @param snapshot the network and the values of what is left
 * @param plan     what is left; it slices states of optimizers too
 * @param report   what was pruned, and why
 */
public record Pruned(Snapshot snapshot, PruningPlan plan, PruningReport report) {}
