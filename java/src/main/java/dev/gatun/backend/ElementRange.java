package dev.gatun.backend;

/**
 * A run of slab elements that one group of hyper-parameters governs.
 *
 * @param begin first element
 * @param end   one past the last element
 * @param group index of the group
 */
public record ElementRange(long begin, long end, int group) {}
