package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Initializer;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Convolution;
import dev.gatun.op.Slide;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A convolution over 1 to 3 spatial axes, {@code (N, C, spatial...) -> (N, channels, spatial'...)}. Variables:
 * {@code weight (channels, C/groups, kernel...)} and, with a bias, {@code bias (channels)}. Whatever is said of axes is
 * one number for all of them, or one for each.
 *
 * @param channels    output channels
 * @param kernel      extents of the window, one for each spatial axis
 * @param op          stride, dilation, padding and groups
 * @param padding     whether the padding is that of {@code op}
 * @param bias        whether a bias is added
 * @param initializer how the weight begins
 */
public record Conv(
        long channels, List<Long> kernel, Convolution op, Padding padding, Bias bias, Initializer initializer)
        implements Layer {
    /** Where the zeros around an image come from. */
    public enum Padding {
        /** From the operation. */
        GIVEN,
        /** So many that there are {@code ceil(extent / stride)} windows; those that are odd come last. */
        SAME
    }

    public Conv {
        kernel = List.copyOf(kernel);
        Kernels.check("convolution", channels, kernel, op);
    }

    /**
     * Stride 1, no padding, one group, a bias, PyTorch's initialisation.
     *
     * @param kernel one extent for all axes, or one for each
     */
    public static Conv over(int spatialAxes, long channels, long... kernel) {
        return new Conv(channels, Kernels.extents(spatialAxes, kernel), Convolution.over(spatialAxes), Padding.GIVEN,
                Bias.WITH, Initializers.fanInUniform());
    }

    /** The same with another stride. */
    public Conv stride(long... strides) {
        return with(op.stride(strides), padding);
    }

    /** The same with another dilation: 1 where a window's elements are neighbours. */
    public Conv dilation(long... dilations) {
        return with(op.dilation(dilations), padding);
    }

    /** The same with other padding, as much before as after each axis. */
    public Conv padding(long... paddings) {
        return with(op.padding(paddings), Padding.GIVEN);
    }

    /** The same with other padding, of one number before and one after for each axis. */
    public Conv padding(long[] before, long[] after) {
        return with(op.padding(before, after), Padding.GIVEN);
    }

    /** The same with so many zeros that there are {@code ceil(extent / stride)} windows along each axis. */
    public Conv same() {
        return with(op, Padding.SAME);
    }

    /** The same without padding, as it begins. */
    public Conv valid() {
        return padding(0);
    }

    /** The same in another number of groups, which divides the channels on both sides. */
    public Conv groups(long groups) {
        return with(op.groups(groups), padding);
    }

    private Conv with(Convolution newOp, Padding newPadding) {
        return new Conv(channels, kernel, newOp, newPadding, bias, initializer);
    }

    /** The same without a bias, as before a normalisation. */
    public Conv withoutBias() {
        return new Conv(channels, kernel, op, padding, Bias.WITHOUT, initializer);
    }

    /** The same with another start. */
    public Conv initializer(Initializer newInitializer) {
        return new Conv(channels, kernel, op, padding, bias, newInitializer);
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        long inputs = Kernels.channels(name, input, op);
        Shape shape = Kernels.weight(channels, inputs / op.groups(), kernel);
        Value weight = Scales.variable(
                graph, name + ".weight", shape, Variable.Kind.WEIGHT, initializer, input);
        Convolution padded = switch (padding) {
            case GIVEN -> op;
            case SAME -> same(input.type().shape());
        };
        return switch (bias) {
            case WITH -> graph.apply(name, padded, input, weight, Bias.variable(graph, name, input, channels, shape));
            case WITHOUT -> graph.apply(name, padded, input, weight);
        };
    }

    private Convolution same(Shape image) {
        List<Slide> axes = new ArrayList<>();
        for (int i = 0; i < kernel.size(); i++) {
            axes.add(op.axes().get(i).same(image.extent(i + 2), kernel.get(i)));
        }
        return new Convolution(axes, op.groups());
    }
}
