package dev.gatun.engine;

import java.lang.foreign.MemorySegment;

/**
 * The ranks that run a program together, each on its share of a batch: what {@link dev.gatun.op.SumAcrossRanks} sums
 * over. A program calls it while it runs, on the thread that runs it: in every pass of all ranks equally often, with
 * the same sizes in the same order.
 */
public interface Collective {
    /** Returns the number of ranks. */
    int ranks();

    /**
     * Replaces floats by their sums over the ranks, with the same bits on each. Waits for the other ranks; allocates
     * nothing.
     *
     * @param values f32, in host memory
     * @param offset first byte of the range
     * @param bytes  size of the range
     */
    void sum(MemorySegment values, long offset, long bytes);
}
