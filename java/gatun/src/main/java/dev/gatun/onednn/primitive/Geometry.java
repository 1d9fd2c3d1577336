package dev.gatun.onednn.primitive;

import dev.gatun.op.Slide;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.ToLongFunction;

/** How a window moves in oneDNN's terms, where a dilation of 0 means neighbours; one number for each spatial axis. */
public record Geometry(MemorySegment strides, MemorySegment dilates, MemorySegment before, MemorySegment after) {
    /** Returns the numbers of the axes, in memory of {@code scratch}. */
    public static Geometry of(Arena scratch, List<Slide> axes) {
        return new Geometry(numbers(scratch, axes, Slide::stride), numbers(scratch, axes, axis -> axis.dilation() - 1),
                numbers(scratch, axes, Slide::before), numbers(scratch, axes, Slide::after));
    }

    private static MemorySegment numbers(Arena scratch, List<Slide> axes, ToLongFunction<Slide> number) {
        return Attributes.longs(scratch, axes.stream().mapToLong(number).toArray());
    }
}
