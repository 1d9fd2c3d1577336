package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.Pad;
import dev.gatun.op.Pool;
import dev.gatun.op.Slide;
import dev.gatun.op.Window;
import dev.gatun.op.function.PoolKind;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Pooling of {@code (N, C, spatial...)}, of 1 to 3 spatial axes, to one value for each window. Settings of axes are one
 * number for all axes, or one for each.
 *
 * @param kind     maximum or mean
 * @param size     extents of the window
 * @param stride   distance between windows; empty for windows that do not overlap
 * @param padding  padding before and after each axis, at most half of the window
 * @param dilation distance between elements of a window: 1 if they are adjacent, as they are in means
 * @param rounding treatment of a last window that is not whole
 */
public record Pooling(PoolKind kind, List<Long> size, List<Long> stride, List<Long> padding, List<Long> dilation,
        Rounding rounding) implements Layer {
    /** The number of windows along an axis that they do not divide. */
    public enum Rounding {
        /** Windows that lie within the padded image. */
        FLOOR,
        /** One more window that reaches beyond it, if it starts in the image or before it; PyTorch's ceil mode. */
        CEIL
    }

    public Pooling {
        size = List.copyOf(size);
        stride = List.copyOf(stride);
        padding = List.copyOf(padding);
        dilation = List.copyOf(dilation);
    }

    /** Windows that do not overlap, without padding. */
    static Pooling of(PoolKind kind, long... size) {
        return new Pooling(kind, LongStream.of(size).boxed().toList(), List.of(), List.of(0L), List.of(1L),
                Rounding.FLOOR);
    }

    /** Returns a copy with the given stride. */
    public Pooling stride(long... strides) {
        return new Pooling(kind, size, LongStream.of(strides).boxed().toList(), padding, dilation, rounding);
    }

    /** Returns a copy with the given padding. */
    public Pooling padding(long... paddings) {
        return new Pooling(kind, size, stride, LongStream.of(paddings).boxed().toList(), dilation, rounding);
    }

    /** Returns a copy with the given dilation, which only max pooling supports. */
    public Pooling dilation(long... dilations) {
        return new Pooling(kind, size, stride, padding, LongStream.of(dilations).boxed().toList(), rounding);
    }

    /** Returns a copy in PyTorch's ceil mode. */
    public Pooling ceil() {
        return new Pooling(kind, size, stride, padding, dilation, Rounding.CEIL);
    }

    /** Returns a copy of average pooling that divides by the number of elements inside the image. */
    public Pooling withoutPadding() {
        return switch (kind) {
            case AVERAGE, AVERAGE_WITHOUT_PADDING ->
                new Pooling(PoolKind.AVERAGE_WITHOUT_PADDING, size, stride, padding, dilation, rounding);
            case MAX -> throw new IllegalArgumentException("padding never takes part in " + kind.opName());
        };
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        Shape image = input.type().shape();
        List<Window.Axis> axes = new ArrayList<>();
        for (int i = 0; i < image.rank() - 2; i++) {
            Window.Axis axis = axis(name, image, i);
            long overhang = overhang(image.extent(i + 2), axis);
            axes.add(new Window.Axis(axis.size(), axis.slide()
                    .withPadding(axis.slide().before(), axis.slide().after() + overhang)));
        }
        if (axes.isEmpty()) {
            throw new IllegalArgumentException(name + ": " + kind.opName() + " takes (N, C, spatial...), got " + image);
        }
        return switch (kind) {
            case MAX, AVERAGE_WITHOUT_PADDING -> graph.apply(name, new Pool(kind, new Window(axes)), input);
            case AVERAGE -> axes.stream().map(Window.Axis::slide).anyMatch(slide -> slide.after() > slide.before())
                    ? padded(graph, name, axes, input) : graph.apply(name, new Pool(kind, new Window(axes)), input);
        };
    }

    private Window.Axis axis(String name, Shape image, int i) {
        int axes = image.rank() - 2;
        long extent = number(name, "size", size, i, axes);
        long step = stride.isEmpty() ? extent : number(name, "stride", stride, i, axes);
        long zeros = number(name, "padding", padding, i, axes);
        return new Window.Axis(extent,
                new Slide(step, number(name, "dilation", dilation, i, axes), zeros, zeros));
    }

    private static long number(String name, String what, List<Long> numbers, int axis, int axes) {
        if (numbers.size() != 1 && numbers.size() != axes) {
            throw new IllegalArgumentException(name + ": one " + what + " for all or for each of " + axes
                    + " spatial axes wanted, got " + numbers);
        }
        return numbers.get(numbers.size() == 1 ? 0 : axis);
    }

    /** How far the last window reaches beyond the padded image. */
    private long overhang(long extent, Window.Axis axis) {
        Slide slide = axis.slide();
        long windows = slide.windows(extent, axis.size());
        return switch (rounding) {
            case FLOOR -> 0;
            case CEIL -> slide.start(windows) < extent
                    ? Math.max(0, slide.start(windows) + slide.reach(axis.size()) - extent - slide.after()) : 0;
        };
    }

    /**
     * A mean in which padding takes part, and what lies beyond it does not, as in PyTorch: the padding becomes part of
     * the image.
     */
    private Value padded(GraphBuilder graph, String name, List<Window.Axis> axes, Value input) {
        Value image = input;
        List<Window.Axis> bare = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            Slide slide = axes.get(i).slide();
            long zeros = slide.before();
            if (zeros > 0) {
                image = graph.apply(name + ".pad" + i, new Pad(i + 2, zeros, zeros), image);
            }
            bare.add(new Window.Axis(axes.get(i).size(), slide.withPadding(0, slide.after() - zeros)));
        }
        return graph.apply(name, new Pool(PoolKind.AVERAGE_WITHOUT_PADDING, new Window(bare)), image);
    }
}
