package dev.gatun.backend;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The memory of one kernel.
 *
 * @param inputs    as large as the plan's inputs
 * @param outputs   as large as the plan's outputs
 * @param scratch   as large as the plan's scratch; shared with other kernels
 * @param random    where the random numbers of the run stand: seed and step, 8 bytes each
 * @param lossScale what the gradient of the loss begins with: (1) f32
 */
public record Binding(
        List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch, MemorySegment random,
        MemorySegment lossScale) {

    /** Of an operation that is neither random nor a loss. */
    public Binding(List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
        this(inputs, outputs, scratch, MemorySegment.NULL, MemorySegment.NULL);
    }
}
