package dev.gatun.optim;

import dev.gatun.update.kernel.Bfloat16;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Copies between f32 and bf16, for the few that are made outside a step. */
final class Bfloat16Memory {
    private Bfloat16Memory() {}

    /** Rounds f32 to the nearest bf16. Both have the same number of elements. */
    static void round(MemorySegment from, MemorySegment to) {
        for (long i = 0; i < to.byteSize() / Bfloat16.BYTES; i++) {
            to.setAtIndex(ValueLayout.JAVA_SHORT, i, Bfloat16.nearest(from.getAtIndex(ValueLayout.JAVA_FLOAT, i)));
        }
    }

    /** The same numbers in f32. */
    static void widen(MemorySegment from, MemorySegment to) {
        for (long i = 0; i < from.byteSize() / Bfloat16.BYTES; i++) {
            to.setAtIndex(ValueLayout.JAVA_FLOAT, i, Bfloat16.toFloat(from.getAtIndex(ValueLayout.JAVA_SHORT, i)));
        }
    }
}
