package dev.gatun.onednn;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What every optimizer's native call takes.
 *
 * @param groups an array of structs
 * @param slots  the same structs one by one
 */
record StepArguments(
        MemorySegment step, MemorySegment groups, List<MemorySegment> slots, MemorySegment ranges, long rangeCount,
        long elements, MemorySegment parameters, MemorySegment gradients) {

    long groupCount() {
        return slots.size();
    }
}
