package dev.gatun.dist.codec;

import dev.gatun.dist.ProcessGroup;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** One way to sum a range, of which {@link CheckedReducer} has looked at the arguments. */
interface Codec {
    /**
     * Sums a range over the ranks.
     *
     * @param at       first byte of the range
     * @param elements floats of the range
     * @param first    the first tensor of the range
     * @param end      the first tensor behind it
     */
    void reduce(ProcessGroup group, MemorySegment gradients, long at, int elements, int first, int end);

    /** Returns what is kept from step to step. */
    default List<CodecState> states() {
        return List.of();
    }

    /** Multiplies the errors that are fed back. */
    default void scaleErrors(float factor) {}
}
