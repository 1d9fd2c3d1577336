package dev.gatun.dist;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Sums of floats in memory, element by element, in the order of the ranks. */
public final class FloatSums {
    private FloatSums() {}

    /**
     * Writes {@code ((x0 + x1) + x2) + ...} of equally long arrays.
     *
     * @param from   holds the arrays
     * @param offset where the first begins in it
     * @param stride bytes from one array to the next
     * @param arrays how many there are, at least 1
     * @param into   takes the sum
     * @param at     where it begins in {@code into}
     * @param bytes  bytes of an array
     */
    public static void sum(
            MemorySegment from, long offset, long stride, int arrays, MemorySegment into, long at, long bytes) {
        if (arrays == 1) {
            MemorySegment.copy(from, offset, into, at, bytes);
            return;
        }
        long floats = bytes / Float.BYTES;
        for (long i = 0; i < floats; i++) {
            into.set(ValueLayout.JAVA_FLOAT, at + i * Float.BYTES,
                    from.get(ValueLayout.JAVA_FLOAT, offset + i * Float.BYTES)
                            + from.get(ValueLayout.JAVA_FLOAT, offset + stride + i * Float.BYTES));
        }
        for (int array = 2; array < arrays; array++) {
            long next = offset + array * stride;
            for (long i = 0; i < floats; i++) {
                into.set(ValueLayout.JAVA_FLOAT, at + i * Float.BYTES,
                        into.get(ValueLayout.JAVA_FLOAT, at + i * Float.BYTES)
                                + from.get(ValueLayout.JAVA_FLOAT, next + i * Float.BYTES));
            }
        }
    }
}
