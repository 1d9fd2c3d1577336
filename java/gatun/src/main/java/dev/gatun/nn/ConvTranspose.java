package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Initializer;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Cast;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.Slide;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A transposed convolution over 1 to 3 spatial axes, {@code (N, C, spatial...) -> (N, channels, spatial'...)}: the
 * gradient of a convolution with respect to its input, with {@code spatial' = (spatial - 1)*stride - before - after +
 * dilation*(kernel - 1) + 1 + output padding} along each axis. Variables:
 * {@code weight (C, channels/groups, kernel...)}, as in PyTorch, and, with a bias, {@code bias (channels)}. Settings of
 * axes are one number for all axes, or one for each.
 *
 * @param channels      output channels
 * @param kernel        extents of the window, one for each spatial axis
 * @param op            convolution whose gradient it is: stride, dilation, padding and groups
 * @param outputPadding elements after each axis of the result, which the stride leaves ambiguous; less than the stride
 * @param bias          whether a bias is added
 * @param initializer   initial values of the weight
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
     * Returns a transposed convolution of stride 1 with a bias, without padding, in one group, with PyTorch's
     * initialisation.
     *
     * @param kernel one extent for all axes, or one for each
     */
    public static ConvTranspose over(int spatialAxes, long channels, long... kernel) {
        return new ConvTranspose(channels, Kernels.extents(spatialAxes, kernel), Convolution.over(spatialAxes),
                Collections.nCopies(spatialAxes, 0L), Bias.WITH, Initializers.fanInUniform());
    }

    /** Returns a copy with the given stride. */
    public ConvTranspose stride(long... strides) {
        return with(op.stride(strides));
    }

    /** Returns a copy with the given dilation: 1 if the elements of a window are adjacent. */
    public ConvTranspose dilation(long... dilations) {
        return with(op.dilation(dilations));
    }

    /**
     * Returns a copy with the given padding of the convolution, which shortens the result before and after each axis.
     */
    public ConvTranspose padding(long... paddings) {
        return with(op.padding(paddings));
    }

    /** Returns a copy with the given padding of the convolution, one number before and one after for each axis. */
    public ConvTranspose padding(long[] before, long[] after) {
        return with(op.padding(before, after));
    }

    /** Returns a copy with the given output padding, less than the stride. */
    public ConvTranspose outputPadding(long... paddings) {
        return new ConvTranspose(channels, kernel, op, Kernels.extents(kernel.size(), paddings), bias, initializer);
    }

    /** Returns a copy with the given number of groups, which divides the channels on both sides. */
    public ConvTranspose groups(long groups) {
        return with(op.groups(groups));
    }

    private ConvTranspose with(Convolution newOp) {
        return new ConvTranspose(channels, kernel, newOp, outputPadding, bias, initializer);
    }

    /** Returns a copy without a bias, as used before a normalisation. */
    public ConvTranspose withoutBias() {
        return new ConvTranspose(channels, kernel, op, outputPadding, Bias.WITHOUT, initializer);
    }

    /** Returns a copy with other initial values of the weight. */
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
                    Scales.perChannel(graph, name + ".shift", bias(graph, name, input, shape), kernel.size() + 2));
            case WITHOUT -> graph.apply(name, transposed, input, weight);
        };
    }

    /** In the type of the product, to which an operation of its own adds it. */
    private Value bias(GraphBuilder graph, String name, Value input, Shape weight) {
        Value variable = Bias.variable(graph, name, input, channels, weight);
        DType dtype = input.type().dtype();
        return variable.type().dtype() == dtype ? variable
                : graph.apply(name + ".narrow", new Cast(dtype), variable);
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
