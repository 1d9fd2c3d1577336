package dev.gatun.op;

import dev.gatun.options.WithMethods;

/**
 * How a window moves along one spatial axis; all numbers count elements.
 *
 * @param stride   from one window to the next
 * @param dilation from one element of a window to the next: 1 where they are neighbours
 * @param before   padding in front of the axis
 * @param after    padding behind it
 */
@WithMethods
public record Slide(long stride, long dilation, long before, long after) implements SlideBuilder.With {
    /** By one element, without padding. */
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

    /** The same with other padding. */
    public Slide withPadding(long newBefore, long newAfter) {
        return new Slide(stride, dilation, newBefore, newAfter);
    }

    /** Elements from the first to the last of a window, both counted. */
    public long reach(long size) {
        return Math.addExact(Math.multiplyExact(dilation, size - 1), 1);
    }

    /** Where a window begins, as an index into the axis: negative where it begins in the padding. */
    public long start(long window) {
        return window * stride - before;
    }

    /** The index into the axis of one element of a window; outside the axis where that is padding. */
    public long source(long window, long element) {
        return start(window) + element * dilation;
    }

    /** How many windows of a size there are along an axis; none or fewer where a window does not fit. */
    public long windows(long extent, long size) {
        return Math.floorDiv(extent + before + after - reach(size), stride) + 1;
    }

    /**
     * The zeros with which there are {@code ceil(extent / stride)} windows: as many before as after, or one less.
     */
    public Slide same(long extent, long size) {
        long windows = Math.ceilDiv(extent, stride);
        long zeros = Math.max(0, (windows - 1) * stride + reach(size) - extent);
        return withPadding(zeros / 2, zeros - zeros / 2);
    }
}
