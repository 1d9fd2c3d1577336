package dev.gatun.update.kernel;

import java.lang.foreign.MemorySegment;

/** What look-ahead moves, checked before native code sees two addresses. Allocates nothing where all is well. */
public final class LookaheadBuffers {
    private LookaheadBuffers() {}

    /**
     * Checks the two slabs.
     *
     * @throws IllegalArgumentException when they are not off-heap f32 of the same size, writable, aligned and apart, or the
     *                                  rate is not in 0 .. 1
     */
    public static void check(double rate, MemorySegment fast, MemorySegment slow) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException("the rate of look-ahead must lie in 0 .. 1, got " + rate);
        }
        if (!isUsable(fast) || !isUsable(slow)) {
            throw new IllegalArgumentException("look-ahead needs off-heap memory that can be written, of whole f32 elements at"
                    + " multiples of " + Float.BYTES + " bytes, got " + fast + " and " + slow);
        }
        if (fast.byteSize() != slow.byteSize() || overlap(fast, slow)) {
            throw new IllegalArgumentException("look-ahead needs fast and slow weights of the same size that do not overlap, got "
                    + fast + " and " + slow);
        }
    }

    private static boolean isUsable(MemorySegment memory) {
        return memory.isNative() && !memory.isReadOnly() && memory.address() % Float.BYTES == 0
                && memory.byteSize() % Float.BYTES == 0;
    }

    private static boolean overlap(MemorySegment one, MemorySegment other) {
        return one.address() < other.address() + other.byteSize() && other.address() < one.address() + one.byteSize();
    }
}
