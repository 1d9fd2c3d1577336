package dev.gatun.op;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The geometry of a pooling window.
 *
 * @param axes window along each spatial axis of {@code (N, C, spatial...)}: 1 to 3
 */
public record Window(List<Axis> axes) {
    /**
     * The window along one axis.
     *
     * @param size  number of elements
     * @param slide stride, dilation and padding; the padding before is at most half of the window, and that after less
     *              than the window, so that windows contain elements of the image
     */
    public record Axis(long size, Slide slide) {
        public Axis {
            if (size < 1 || size > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("a window of 1 to " + Integer.MAX_VALUE + " elements wanted, got "
                        + size);
            }
            if (slide.before() * 2 > slide.reach(size)) {
                throw new IllegalArgumentException("padding " + slide.before() + " is more than half of the window "
                        + slide.reach(size));
            }
            if (slide.after() >= slide.reach(size)) {
                throw new IllegalArgumentException("padding " + slide.after() + " holds a window of "
                        + slide.reach(size));
            }
        }

        Axis with(Slide newSlide) {
            return new Axis(size, newSlide);
        }
    }

    public Window {
        axes = List.copyOf(axes);
        Slides.checkRank(axes.size());
    }

    /** Returns a window of the given extents with strides equal to them. */
    public static Window of(long... sizes) {
        return new Window(LongStream.of(sizes).mapToObj(size -> new Axis(size, Slide.PLAIN.withStride(size))).toList());
    }

    /** Returns a square window with a stride equal to its size. */
    public static Window square(long size) {
        return of(size, size);
    }

    /** Returns a copy with the given stride: one for all axes, or one for each. */
    public Window stride(long... strides) {
        return new Window(Slides.each(axes, "stride", strides, (axis, n) -> axis.with(axis.slide.withStride(n))));
    }

    /** Returns a copy with the given padding, the same before and after an axis: one for all axes, or one for each. */
    public Window padding(long... paddings) {
        return new Window(Slides.each(axes, "padding", paddings, (axis, n) -> axis.with(axis.slide.withPadding(n, n))));
    }

    /** Returns a copy with the given dilation: one for all axes, or one for each. */
    public Window dilation(long... dilations) {
        return new Window(Slides.each(axes, "dilation", dilations, (axis, n) -> axis.with(axis.slide.withDilation(n))));
    }

    /** Returns stride, dilation and padding along each axis. */
    public List<Slide> slides() {
        return axes.stream().map(Axis::slide).toList();
    }

    /** Returns the extents of the window, in a new array. */
    public long[] sizes() {
        return axes.stream().mapToLong(Axis::size).toArray();
    }

    /** Returns the number of elements of the window. */
    public long elements() {
        return Arrays.stream(sizes()).reduce(1, Math::multiplyExact);
    }
}
