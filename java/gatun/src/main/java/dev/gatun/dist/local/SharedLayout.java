package dev.gatun.dist.local;

import dev.gatun.memory.Bytes;

/**
 * Where things are in the memory that ranks share: for each ordered pair of ranks a ring of slots with two counters;
 * for sums one window and one result, twice, and two counters of each rank. Counters have a cache line each.
 */
record SharedLayout(int ranks, long slotBytes, long windowBytes) {
    /** Slots of a ring: one is written while the other is read. */
    static final int SLOTS = 2;

    private static final long LINE = 64;
    private static final long PAIRS_BYTES = 16L << 20;
    private static final long LARGEST_SLOT = 256 << 10;
    private static final long LARGEST_WINDOW = 512 << 10;
    private static final long WINDOWS_BYTES = 16L << 20;

    /** For a number of ranks. */
    static SharedLayout of(int ranks) {
        long slot = Math.min(LARGEST_SLOT, PAIRS_BYTES / ((long) ranks * ranks * SLOTS));
        long window = Math.min(LARGEST_WINDOW, WINDOWS_BYTES / (2L * (ranks + 1)));
        return new SharedLayout(ranks, Math.max(LINE, slot / LINE * LINE), Math.max(LINE, window / LINE * LINE));
    }

    private long pair(int from, int to) {
        return (long) from * ranks + to;
    }

    /** The counter of slots that {@code from} has filled for {@code to}. */
    long written(int from, int to) {
        return 2 * pair(from, to) * LINE;
    }

    /** The counter of slots that {@code to} has emptied. */
    long read(int from, int to) {
        return (2 * pair(from, to) + 1) * LINE;
    }

    /** The counter of windows that a rank has filled. */
    long filled(int rank) {
        return (2L * ranks * ranks + 2L * rank) * LINE;
    }

    /** The counter of windows that a rank has summed its part of. */
    long summed(int rank) {
        return (2L * ranks * ranks + 2L * rank + 1) * LINE;
    }

    private long counters() {
        return Bytes.alignUp((2L * ranks * ranks + 2L * ranks) * LINE, 4096);
    }

    /** A slot of a ring. */
    long slot(int from, int to, long number) {
        return counters() + (pair(from, to) * SLOTS + number % SLOTS) * slotBytes;
    }

    /** The window of a rank that one of its sums is of. */
    long window(int rank, long number) {
        return windows() + ((number % 2) * (ranks + 1) + rank) * windowBytes;
    }

    /** The result of all windows. */
    long result(long number) {
        return window(ranks, number);
    }

    private long windows() {
        return counters() + (long) ranks * ranks * SLOTS * slotBytes;
    }

    long bytes() {
        return windows() + 2L * (ranks + 1) * windowBytes;
    }
}
