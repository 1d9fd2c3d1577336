package dev.gatun.onednn;

import java.lang.foreign.MemorySegment;

/** What every optimizer's native call takes. */
record StepArguments(
        MemorySegment step, MemorySegment groups, long groupCount, MemorySegment ranges, long rangeCount, long elements,
        MemorySegment parameters, MemorySegment gradients) {}
