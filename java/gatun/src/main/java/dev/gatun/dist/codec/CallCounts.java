package dev.gatun.dist.codec;

import dev.gatun.dist.codec.CodecState.Sharing;
import dev.gatun.memory.HostBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** How often each range was reduced, by its first tensor. */
final class CallCounts {
    private final HostBuffer counts;

    CallCounts(int tensors, CodecMemory memory) {
        // A range without a tensor counts where the next one would: one place more.
        counts = memory.state("reductions of compressed gradients", (long) Long.BYTES * (tensors + 1));
    }

    CodecState state() {
        return new CodecState("reductions", counts, Sharing.COMMON);
    }

    /** Counts a reduction and returns how many there were before. */
    long next(int first) {
        MemorySegment segment = counts.segment();
        long count = segment.getAtIndex(ValueLayout.JAVA_LONG, first);
        segment.setAtIndex(ValueLayout.JAVA_LONG, first, count + 1);
        return count;
    }
}
