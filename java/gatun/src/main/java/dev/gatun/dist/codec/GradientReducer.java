package dev.gatun.dist.codec;

import dev.gatun.dist.ProcessGroup;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Sums gradients over the ranks, compressed. It belongs to one slab and one group, and is used by one thread at a time,
 * on all ranks for the same ranges in the same order. It allocates nothing but when it is made.
 */
public interface GradientReducer extends AutoCloseable {
    /**
     * Replaces a range of the slab by what the compression makes of its sum over the ranks, with the same bits on each.
     * Where a gradient of any rank is not finite, neither is the result, on any rank: those elements, or, where
     * elements depend on each other, the whole range become NaN (in a plain sum an infinite one may stay infinite).
     * Nothing of that range is fed back then, and the next steps are not affected. What other ranges of the same step
     * have sent is lost with their gradients when the step is skipped.
     *
     * @param group     the group that the reducer was made for
     * @param gradients the slab, f32
     * @param offset    first byte of the range, at the beginning of a tensor or between two
     * @param bytes     size of the range, which ends behind a tensor or between two; what lies between tensors is
     *                  padding, zero on all ranks, and stays so. A run reduces the same ranges in each step
     * @throws IllegalArgumentException when the range is none of the slab's, or cuts a tensor
     */
    void reduce(ProcessGroup group, MemorySegment gradients, long offset, long bytes);

    /** Returns what is kept from step to step. */
    List<CodecState> states();

    /**
     * Multiplies the errors that are fed back, which are in the unit of gradients. With a loss scale, gradients are
     * multiplied by it: when it changes from one step to the next, the errors have to be multiplied by the quotient.
     *
     * @param factor positive and finite
     */
    void scaleErrors(float factor);

    /** Returns what was sent so far. */
    CompressionStatistics statistics();

    /** Frees the memory. */
    @Override
    void close();
}
