package dev.gatun.update.kernel;

import dev.gatun.memory.Buffer;

/**
 * Checks the arguments of look-ahead before native code receives their addresses. Allocates nothing for valid
 * arguments.
 */
public final class LookaheadBuffers {
    private LookaheadBuffers() {}

    /**
     * Checks the two slabs.
     *
     * @throws IllegalArgumentException if they are not off-heap f32 of the same size, writable, aligned and disjoint,
     *                                  or the rate is not in 0 .. 1
     */
    public static void check(double rate, Buffer fast, Buffer slow) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException("the rate of look-ahead must lie in 0 .. 1, got " + rate);
        }
        if (!isUsable(fast) || !isUsable(slow)) {
            throw new IllegalArgumentException(
                    "look-ahead needs off-heap memory that can be written, of whole f32 elements at"
                    + " multiples of " + Float.BYTES + " bytes, got " + fast + " and " + slow);
        }
        if (fast.bytes() != slow.bytes() || fast.overlaps(slow)) {
            throw new IllegalArgumentException(
                    "look-ahead needs fast and slow weights of the same size that do not overlap, got "
                    + fast + " and " + slow);
        }
    }

    private static boolean isUsable(Buffer memory) {
        return !memory.isHeap() && !memory.isReadOnly() && memory.isAligned(Float.BYTES)
                && memory.bytes() % Float.BYTES == 0;
    }
}
