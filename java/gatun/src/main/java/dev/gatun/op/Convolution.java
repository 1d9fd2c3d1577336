package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Convolution (cross-correlation) over 1 to 3 spatial axes: inputs {@code x (N, C, spatial...)},
 * {@code weight (O, C/groups, window...)} and, optionally, {@code bias (O)}; output {@code (N, O, spatial'...)} with
 * {@code spatial' = (spatial + before + after - dilation*(window - 1) - 1) / stride + 1} along each axis. The bias of
 * 16-bit tensors is in f32.
 *
 * @param axes   stride, dilation and padding along each spatial axis
 * @param groups number of independent convolutions that input and output channels are split into
 */
public record Convolution(List<Slide> axes, long groups) implements Op {
    public Convolution {
        axes = List.copyOf(axes);
        Slides.checkRank(axes.size());
        if (groups < 1) {
            throw new IllegalArgumentException("convolution: groups must be at least 1, got " + groups);
        }
    }

    /** Returns a dense convolution over {@code spatialAxes} axes with strides of 1, without padding. */
    public static Convolution over(int spatialAxes) {
        return new Convolution(Slides.plain(spatialAxes), 1);
    }

    /** Returns a dense two-dimensional convolution with equal stride and padding along both axes. */
    public static Convolution square(long stride, long padding) {
        return over(2).stride(stride).padding(padding);
    }

    /** Returns a copy with the given stride: one for all axes, or one for each. */
    public Convolution stride(long... strides) {
        return new Convolution(Slides.each(axes, "stride", strides, Slide::withStride), groups);
    }

    /** Returns a copy with the given dilation: one for all axes, or one for each. */
    public Convolution dilation(long... dilations) {
        return new Convolution(Slides.each(axes, "dilation", dilations, Slide::withDilation), groups);
    }

    /** Returns a copy with the given padding, the same before and after an axis: one for all axes, or one for each. */
    public Convolution padding(long... paddings) {
        return new Convolution(
                Slides.each(axes, "padding", paddings, (axis, padding) -> axis.withPadding(padding, padding)), groups);
    }

    /** Returns a copy with the given padding, one number before and one after for each axis. */
    public Convolution padding(long[] before, long[] after) {
        Slides.checkEach(axes, "padding", before);
        Slides.checkEach(axes, "padding", after);
        List<Slide> padded = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            padded.add(axes.get(i).withPadding(before[i], after[i]));
        }
        return new Convolution(padded, groups);
    }

    /** Returns a copy with the given number of groups. */
    public Convolution groups(long newGroups) {
        return new Convolution(axes, newGroups);
    }

    @Override
    public String name() {
        return "convolution";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 3);
        Shapes.floating(this, inputs);
        Shapes.sameDtype(this, inputs.subList(0, 2));
        TensorType x = inputs.get(0);
        Shape image = Shapes.rank(this, "x", x, axes.size() + 2);
        Shape weight = Shapes.rank(this, "weight", inputs.get(1), axes.size() + 2);
        if (image.extent(1) != Math.multiplyExact(weight.extent(1), groups) || weight.extent(0) % groups != 0) {
            throw new IllegalArgumentException("convolution: weight " + weight + " in " + groups
                    + " groups does not fit the channels of x " + image);
        }
        if (inputs.size() == 3) {
            Shapes.same(this, "bias", inputs.get(2), x.withShape(Shape.of(weight.extent(0))).accumulated());
        }
        return List.of(x.withShape(
                Slides.images(image, weight.extent(0), Slides.extents(this, image, axes, window(weight)))));
    }

    /** Returns the extents of the window of a weight. */
    public static long[] window(Shape weight) {
        return Arrays.copyOfRange(weight.extents(), 2, weight.rank());
    }

    @Override
    public long flops(List<TensorType> inputs) {
        Shape weight = inputs.get(1).shape();
        return 2 * infer(inputs).getFirst().shape().elements() * weight.extent(1)
                * Arrays.stream(window(weight)).reduce(1, (a, b) -> a * b);
    }
}
