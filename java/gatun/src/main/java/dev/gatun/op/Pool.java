package dev.gatun.op;

import dev.gatun.op.function.PoolKind;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * Pooling of {@code x (N, C, spatial...)}, one value for each window. Outputs: {@code y (N, C, spatial'...)} and, for
 * {@link PoolKind#MAX}, an opaque workspace with the positions of the largest elements. Average pooling has no
 * dilation. Max pooling takes integers of 8 bits as well: the largest integer stands for the largest real number.
 */
public record Pool(PoolKind kind, Window window) implements Op {
    public Pool {
        switch (kind) {
            case MAX -> { }
            case AVERAGE, AVERAGE_WITHOUT_PADDING -> {
                if (window.slides().stream().anyMatch(axis -> axis.dilation() > 1)) {
                    throw new IllegalArgumentException(kind.opName() + ": only max pooling has a dilation, got "
                            + window);
                }
            }
        }
    }

    /** Returns global pooling of images of the given shape: {@code (N, C, ...) -> (N, C, 1...)}. */
    public static Pool global(PoolKind kind, Shape images) {
        if (images.rank() < 3 || images.rank() > Slides.MOST_AXES + 2) {
            throw new IllegalArgumentException(kind.opName() + ": x (N, C, spatial...) of 1 to " + Slides.MOST_AXES
                    + " spatial axes wanted, got " + images);
        }
        return new Pool(kind, Window.of(Arrays.copyOfRange(images.extents(), 2, images.rank())));
    }

    @Override
    public String name() {
        return kind.opName();
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        if (kind != PoolKind.MAX || !IntegerTypes.isInteger(inputs.getFirst())) {
            Shapes.floating(this, inputs);
        }
        TensorType x = inputs.getFirst();
        Shape image = Shapes.rank(this, "x", x, window.axes().size() + 2);
        long[] extents = Slides.extents(this, image, window.slides(), window.sizes());
        for (int i = 0; i < extents.length; i++) {
            checkFilled(i, image.extent(i + 2), extents[i]);
        }
        Shape pooled = Slides.images(image, image.extent(1), extents);
        return switch (kind) {
            case MAX -> List.of(x.withShape(pooled), new TensorType(DType.I32, pooled));
            case AVERAGE, AVERAGE_WITHOUT_PADDING -> List.of(x.withShape(pooled));
        };
    }

    /** Refuses windows without an element of the image: all of it lies between elements of the window. */
    private void checkFilled(int axis, long extent, long windows) {
        Slide slide = window.axes().get(axis).slide();
        long last = window.axes().get(axis).size() - 1;
        long paddedStarts = Math.min(windows, Math.ceilDiv(slide.before(), slide.stride()));
        boolean filled = true; // behind the axis there is less padding than a window reaches over
        for (long i = 0; i < paddedStarts && filled; i++) {
            long tap = Math.ceilDiv(-slide.start(i), slide.dilation());
            filled = tap <= last && slide.source(i, tap) < extent;
        }
        if (!filled) {
            throw new IllegalArgumentException(name() + ": with " + slide + " along the "
                    + Slides.name(axis, window.axes().size()) + " of " + extent
                    + ", a window lies in the padding: use less padding or dilation");
        }
    }

    @Override
    public boolean isWorkspace(int output) {
        return output == 1;
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return infer(inputs).getFirst().shape().elements() * window.elements();
    }
}
