package dev.gatun.onednn.update;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What every optimizer's native call takes. All memory that the caller owns is here, so that it is held open as an
 * argument while the call runs.
 *
 * @param rule         its number
 * @param groups       (groups, fields of the rule) f64
 * @param slots        the same groups one by one
 * @param coefficients (ranges) f64, by which the gradients of each range are multiplied
 * @param parameters   NULL where the weights are bf16 alone
 * @param average      of the weights, or NULL
 * @param bf16Weights  the copy of the weights, or NULL
 */
record StepArguments(
        int rule, MemorySegment step, MemorySegment groups, List<MemorySegment> slots, MemorySegment ranges,
        long rangeCount,
        MemorySegment coefficients, long elements, MemorySegment parameters, MemorySegment gradients,
        MemorySegment average,
        MemorySegment bf16Weights) {

    long groupCount() {
        return slots.size();
    }
}
