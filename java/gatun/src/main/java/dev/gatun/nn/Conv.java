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
 * {@code weight (channels, C/groups, kernel...)} and, with a bias, {@code bias (channels)}. Settings of axes are one
 * number for all axes, or one for each.
 *
 * @param channels    number of output channels
 * @param kernel      extents of the window, one for each spatial axis
 * @param op          stride, dilation, padding and groups
 * @param padding     whether the padding of {@code op} applies, or it is derived from the input
 * @param bias        whether a bias is added
 * @param initializer initial values of the weight
 */
public record Conv(
        long channels, List<Long> kernel, Convolution op, Padding padding, Bias bias, Initializer initializer)
        implements Layer {
    /** The origin of the padding. */
    public enum Padding {
        /** The padding of the operation. */
        GIVEN,
        /** As much as gives {@code ceil(extent / stride)} windows; an odd element comes after the axis. */
        SAME
    }

    public Conv {
        kernel = List.copyOf(kernel);
        Kernels.check("convolution", channels, kernel, op);
    }

    /**
     * Returns a convolution of stride 1 with a bias, without padding, in one group, with PyTorch's initialisation.
     *
     * @param kernel one extent for all axes, or one for each
     */
    public static Conv over(int spatialAxes, long channels, long... kernel) {
        return new Conv(channels, Kernels.extents(spatialAxes, kernel), Convolution.over(spatialAxes), Padding.GIVEN,
                Bias.WITH, Initializers.fanInUniform());
    }

    /** Returns a copy with the given stride. */
    public Conv stride(long... strides) {
        return with(op.stride(strides), padding);
    }

    /** Returns a copy with the given dilation: 1 if the elements of a window are adjacent. */
    public Conv dilation(long... dilations) {
        return with(op.dilation(dilations), padding);
    }

    /** Returns a copy with the given padding, the same before and after each axis. */
    public Conv padding(long... paddings) {
        return with(op.padding(paddings), Padding.GIVEN);
    }

    /** Returns a copy with the given padding, one number before and one after for each axis. */
    public Conv padding(long[] before, long[] after) {
        return with(op.padding(before, after), Padding.GIVEN);
    }

    /** Returns a copy padded so that there are {@code ceil(extent / stride)} windows along each axis. */
    public Conv same() {
        return with(op, Padding.SAME);
    }

    /** Returns a copy without padding. */
    public Conv valid() {
        return padding(0);
    }

    /** Returns a copy with the given number of groups, which divides the channels on both sides. */
    public Conv groups(long groups) {
        return with(op.groups(groups), padding);
    }

    private Conv with(Convolution newOp, Padding newPadding) {
        return new Conv(channels, kernel, newOp, newPadding, bias, initializer);
    }

    /** Returns a copy without a bias, as used before a normalisation. */
    public Conv withoutBias() {
        return new Conv(channels, kernel, op, padding, Bias.WITHOUT, initializer);
    }

    /** Returns a copy with other initial values of the weight. */
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
