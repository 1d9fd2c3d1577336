package dev.gatun.op;

import dev.gatun.options.WithMethods;

/**
 * The movement of a window along one spatial axis, in elements.
 *
 * @param stride   distance between windows
 * @param dilation distance between elements of a window: 1 if they are adjacent
 * @param before   padding before the axis
 * @param after    padding after the axis
 */
@WithMethods
public record Slide(long stride, long dilation, long before, long after) implements SlideBuilder.With {
    /** Stride 1 and dilation 1, without padding. */
    public static final Slide PLAIN = new Slide(1, 1, 0, 0);

    /** So much that a product of two of them is a long. */
    private static final long MOST = Integer.MAX_VALUE;

    public Slide {
        if (stride < 1 || dilation < 1 || before < 0 || after < 0 || Math.max(stride, dilation) > MOST
                || Math.max(before, after) > MOST) {
            throw new IllegalArgumentException("stride and dilation must be at least 1, padding at least 0, and all at"
                    + " most " + MOST + ", got stride " + stride + ", dilation " + dilation + ", padding " + before
                    + " before and " + after + " after");
        }
    }

    public Slide withPadding(long newBefore, long newAfter) {
        return new Slide(stride, dilation, newBefore, newAfter);
    }

    /** Returns the number of elements from the first to the last of a window, both included. */
    public long reach(long size) {
        return Math.addExact(Math.multiplyExact(dilation, size - 1), 1);
    }

    /** Returns the first element of a window, as an index into the axis, negative in the padding. */
    public long start(long window) {
        return window * stride - before;
    }

    /** Returns the index into the axis of one element of a window; outside the axis in the padding. */
    public long source(long window, long element) {
        return start(window) + element * dilation;
    }

    /** Returns the number of windows of a size along an axis; 0 or less if no window fits. */
    public long windows(long extent, long size) {
        return Math.floorDiv(extent + before + after - reach(size), stride) + 1;
    }

    /**
     * Returns a copy with the padding that gives {@code ceil(extent / stride)} windows; an odd element comes after the
     * axis.
     */
    public Slide same(long extent, long size) {
        long windows = Math.ceilDiv(extent, stride);
        long zeros = Math.max(0, (windows - 1) * stride + reach(size) - extent);
        return withPadding(zeros / 2, zeros - zeros / 2);
    }
}
