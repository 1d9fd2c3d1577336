package dev.gatun.dist;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Sums of floats in memory, element by element, in the order of the ranks. Goes by blocks that fit the first-level
 * cache and through arrays: the compiler uses vectors for loops over these, and not over segments that might overlap.
 * For one thread at a time; allocates nothing after construction.
 */
public final class FloatSums {
    private static final int BLOCK = 1024;

    private final float[] sum = new float[BLOCK];
    private final float[] next = new float[BLOCK];

    /**
     * Writes {@code ((x0 + x1) + x2) + ...} of equally long arrays.
     *
     * @param from   holds the arrays
     * @param offset where the first begins in it
     * @param stride bytes from one array to the next
     * @param arrays how many there are, at least 1
     * @param into   takes the sum; may be the memory of one of the arrays
     * @param at     where it begins in {@code into}
     * @param bytes  bytes of an array, a multiple of 4
     */
    public void sum(
            MemorySegment from, long offset, long stride, int arrays, MemorySegment into, long at, long bytes) {
        for (long done = 0; done < bytes; done += BLOCK * Float.BYTES) {
            int floats = (int) Math.min(BLOCK, (bytes - done) / Float.BYTES);
            MemorySegment.copy(from, ValueLayout.JAVA_FLOAT, offset + done, sum, 0, floats);
            for (int array = 1; array < arrays; array++) {
                MemorySegment.copy(from, ValueLayout.JAVA_FLOAT, offset + array * stride + done, next, 0, floats);
                add(sum, next, floats);
            }
            MemorySegment.copy(sum, 0, into, ValueLayout.JAVA_FLOAT, at + done, floats);
        }
    }

    private static void add(float[] to, float[] from, int floats) {
        for (int i = 0; i < floats; i++) {
            to[i] += from[i];
        }
    }
}
