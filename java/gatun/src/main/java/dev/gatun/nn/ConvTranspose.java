package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Initializer;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.Slide;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A transposed convolution over 1 to 3 spatial axes, {@code (N, C, spatial...) -> (N, channels, spatial'...)}: the
 * gradient of a convolution by its input, with {@code spatial' = (spatial - 1)*stride - before - after +
 * dilation*(kernel - 1) + 1 + output padding} along each axis. Variables: {@code weight (C, channels/groups,
 * kernel...)}, as in PyTorch, and, with a bias, {@code bias (channels)}. Whatever is said of axes is one number for all
 * of them, or one for each.
 *
 * @param channels      output channels
 * @param kernel        extents of the window, one for each spatial axis
 * @param op            the convolution whose gradient it is: stride, dilation, padding and groups
 * @param outputPadding elements behind each axis of the result, which the stride would leave open; less than it
 * @param bias          whether a bias is added
 * @param initializer   how the weight begins
 */
public record ConvTranspose(
        long channels, List<Long> kernel, Convolution op, List<Long> outputPadding, Bias bias, Initializer initializer)
        implements Layer {
    public ConvTranspose {
        kernel = List.copyOf(kernel);
        outputPadding = List.copyOf(outputPadding);
        Kernels.check("transposed convolution", channels, kernel, op);
        if (outputPadding.size() != kernel.size() || outputPadding.stream().anyMatch(padding -> padding < 0)) {
            throw new IllegalArgumentException("transposed convolution: output padding wanted for each of "
                    + kernel.size() + " spatial axes, none of it negative, got " + outputPadding);
        }
    }

    /**
     * Stride 1, no padding, one group, a bias, PyTorch's initialisation.
     *
     * @param kernel one extent for all axes, or one for each
     */
    public static ConvTranspose over(int spatialAxes, long channels, long... kernel) {
        return new ConvTranspose(channels, Kernels.extents(spatialAxes, kernel), Convolution.over(spatialAxes),
                Collections.nCopies(spatialAxes, 0L), Bias.WITH, Initializers.fanInUniform());
    }

    /** The same with another stride. */
    public ConvTranspose stride(long... strides) {
        return with(op.stride(strides));
    }

    /** The same with another dilation: 1 where a window's elements are neighbours. */
    public ConvTranspose dilation(long... dilations) {
        return with(op.dilation(dilations));
    }

    /** The same with other padding of the convolution: what the result has less, before as well as after each axis. */
    public ConvTranspose padding(long... paddings) {
        return with(op.padding(paddings));
    }

    /** The same with other padding of the convolution, of one number before and one after for each axis. */
    public ConvTranspose padding(long[] before, long[] after) {
        return with(op.padding(before, after));
    }

    /** The same with other output padding, less than the stride. */
    public ConvTranspose outputPadding(long... paddings) {
        return new ConvTranspose(channels, kernel, op, Kernels.extents(kernel.size(), paddings), bias, initializer);
    }

    /** The same in another number of groups, which divides the channels on both sides. */
    public ConvTranspose groups(long groups) {
        return with(op.groups(groups));
    }

    private ConvTranspose with(Convolution newOp) {
        return new ConvTranspose(channels, kernel, newOp, outputPadding, bias, initializer);
    }

    /** The same without a bias, as before a normalisation. */
    public ConvTranspose withoutBias() {
        return new ConvTranspose(channels, kernel, op, outputPadding, Bias.WITHOUT, initializer);
    }

    /** The same with another start. */
    public ConvTranspose initializer(Initializer newInitializer) {
        return new ConvTranspose(channels, kernel, op, outputPadding, bias, newInitializer);
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        long inputs = Kernels.channels(name, input, op);
        Shape shape = Kernels.weight(inputs, channels / op.groups(), kernel);
        Value weight = Scales.variable(
                graph, name + ".weight", shape, Variable.Kind.WEIGHT, initializer, input);
        ConvolutionBackwardData transposed = new ConvolutionBackwardData(op, result(name, input.type().shape()));
        return switch (bias) {
            case WITH -> Functions.add(graph, name, graph.apply(name + ".product", transposed, input, weight),
                    Scales.perChannel(graph, name + ".shift", Bias.variable(graph, name, input, channels, shape),
                            kernel.size() + 2));
            case WITHOUT -> graph.apply(name, transposed, input, weight);
        };
    }

    private Shape result(String name, Shape x) {
        List<Long> extents = new ArrayList<>();
        for (int i = 0; i < kernel.size(); i++) {
            Slide axis = op.axes().get(i);
            if (outputPadding.get(i) >= axis.stride()) {
                throw new IllegalArgumentException(name + ": output padding must be less than the stride, got "
                        + outputPadding.get(i) + " by strides of " + axis.stride());
            }
            long extent = (x.extent(i + 2) - 1) * axis.stride() - axis.before() - axis.after()
                    + axis.reach(kernel.get(i)) + outputPadding.get(i);
            if (extent < 1) {
                throw new IllegalArgumentException(name + ": " + axis + " leaves nothing of " + x
                        + " for a kernel of " + kernel.get(i) + ": use less padding");
            }
            extents.add(extent);
        }
        return Kernels.weight(x.extent(0), channels, extents);
    }
}
