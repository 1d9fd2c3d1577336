package dev.gatun.onednn.primitive;

import dev.gatun.op.function.Sampling;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How a tensor that is resampled lies, {@code (outer, extent, inner)}, and where each place of the result comes from.
 *
 * @param count   places of the result
 * @param first   {@code (count)} i32
 * @param second  {@code (count)} i32
 * @param weights {@code (count)} f32, of the second
 */
public record ResampleTaps(
        long outer, long extent, long inner, long count, MemorySegment first, MemorySegment second,
        MemorySegment weights) {

    /** The taps of a sampling, in memory of an arena. */
    public static ResampleTaps of(Arena arena, Sampling sampling, long outer, long extent, long inner) {
        int count = Math.toIntExact(sampling.extent(extent));
        MemorySegment first = arena.allocate(ValueLayout.JAVA_INT, count);
        MemorySegment second = arena.allocate(ValueLayout.JAVA_INT, count);
        MemorySegment weights = arena.allocate(ValueLayout.JAVA_FLOAT, count);
        for (int i = 0; i < count; i++) {
            Sampling.Tap tap = sampling.tap(i, extent);
            first.setAtIndex(ValueLayout.JAVA_INT, i, Math.toIntExact(tap.first()));
            second.setAtIndex(ValueLayout.JAVA_INT, i, Math.toIntExact(tap.second()));
            weights.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) tap.weight());
        }
        return new ResampleTaps(outer, extent, inner, count, first, second, weights);
    }
}
