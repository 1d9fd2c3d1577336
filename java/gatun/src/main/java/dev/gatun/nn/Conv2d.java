package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Initializer;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Convolution;
import dev.gatun.shape.Shape;

/**
 * A square convolution, {@code (N, C, H, W) -> (N, channels, H', W')}. Variables: {@code weight (channels, C/groups,
 * kernel, kernel)} and, with a bias, {@code bias (channels)}.
 *
 * @param channels    output channels
 * @param kernel      height and width of the window
 * @param stride      step of the window
 * @param padding     zeros around the image
 * @param groups      independent convolutions that share the channels
 * @param bias        whether a bias is added
 * @param initializer how the weight begins
 */
public record Conv2d(
        long channels, long kernel, long stride, long padding, long groups, Bias bias, Initializer initializer)
        implements Layer {

    /** Stride 1, no padding, one group, a bias, PyTorch's initialisation. */
    public Conv2d(long channels, long kernel) {
        this(channels, kernel, 1, 0, 1, Bias.WITH, Initializers.fanInUniform());
    }

    /** The same with another stride. */
    public Conv2d stride(long newStride) {
        return new Conv2d(channels, kernel, newStride, padding, groups, bias, initializer);
    }

    /** The same with another padding. */
    public Conv2d padding(long newPadding) {
        return new Conv2d(channels, kernel, stride, newPadding, groups, bias, initializer);
    }

    /** The same in another number of groups. */
    public Conv2d groups(long newGroups) {
        return new Conv2d(channels, kernel, stride, padding, newGroups, bias, initializer);
    }

    /** The same without a bias, as before a normalisation. */
    public Conv2d withoutBias() {
        return new Conv2d(channels, kernel, stride, padding, groups, Bias.WITHOUT, initializer);
    }

    /** The same with another start. */
    public Conv2d initializer(Initializer newInitializer) {
        return new Conv2d(channels, kernel, stride, padding, groups, bias, newInitializer);
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        long inputs = input.type().shape().extent(1);
        if (inputs % groups != 0) {
            throw new IllegalArgumentException(name + ": " + inputs + " channels do not split into " + groups
                    + " groups");
        }
        Shape shape = Shape.of(channels, inputs / groups, kernel, kernel);
        Value weight = graph.variable(
                new Variable(name + ".weight", shape, Variable.Kind.WEIGHT, initializer), input.type().dtype());
        Convolution op = new Convolution(stride, stride, padding, padding, 1, 1, groups);
        return switch (bias) {
            case WITH -> graph.apply(name, op, input, weight, Bias.variable(graph, name, input, channels, shape));
            case WITHOUT -> graph.apply(name, op, input, weight);
        };
    }
}
