package dev.gatun.model;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Functions;
import dev.gatun.nn.ImageFunctions;
import dev.gatun.nn.Layer;
import dev.gatun.nn.Layers;
import dev.gatun.shape.Shape;

/**
 * The generator of Johnson et al. (2016), {@code (N, C, H, W) -> (N, channels, H, W)}, with reflecting pads, instance
 * normalisation (Ulyanov et al., 2016) and, on the way up, nearest resizing before the convolutions: a 9x9 convolution,
 * two of 3x3 with stride 2, five residual blocks, two steps up and a 9x9 convolution. Variables are named as in
 * PyTorch's example of it: {@code conv1.conv2d}, {@code in1}, ..., {@code res1.conv1.conv2d}, ...,
 * {@code deconv3.conv2d}.
 *
 * @param channels of the result
 * @param width    channels at full size, 32 in the paper; they double with each step down
 */
public record StyleTransfer(long channels, long width) implements Layer {
    private static final int BLOCKS = 5;
    private static final int SCALE = 4;
    private static final int LEAST = 8;

    /** The paper's width. */
    public StyleTransfer(long channels) {
        this(channels, 32);
    }

    /** Images of three channels, in the paper's width. */
    public StyleTransfer() {
        this(3);
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        check(input.type().shape());
        String prefix = name.isEmpty() ? "" : name + ".";
        Value x = normal(graph, prefix, 1, convolution(graph, prefix + "conv1", input, width, 9, 1));
        x = normal(graph, prefix, 2, convolution(graph, prefix + "conv2", x, 2 * width, 3, 2));
        x = normal(graph, prefix, 3, convolution(graph, prefix + "conv3", x, 4 * width, 3, 2));
        for (int i = 1; i <= BLOCKS; i++) {
            x = residual(graph, prefix + "res" + i, x);
        }
        x = normal(graph, prefix, 4, larger(graph, prefix + "deconv1", x, 2 * width));
        x = normal(graph, prefix, 5, larger(graph, prefix + "deconv2", x, width));
        return convolution(graph, prefix + "deconv3", x, channels, 9, 1);
    }

    /** Refuses images that it cannot halve twice, or not pad. */
    static void check(Shape shape) {
        if (shape.rank() != 4 || shape.extent(2) % SCALE != 0 || shape.extent(3) % SCALE != 0
                || shape.extent(2) < LEAST || shape.extent(3) < LEAST) {
            throw new IllegalArgumentException("style_transfer needs images (N, C, H, W) of at least " + LEAST + "x"
                    + LEAST + " with heights and widths that are multiples of " + SCALE + ", got " + shape);
        }
    }

    private static Value convolution(
            GraphBuilder graph, String name, Value x, long channels, long kernel, long stride) {
        Value padded = ImageFunctions.reflectionPad(graph, name + ".pad", x, kernel / 2);
        return Layers.conv2d(channels, kernel).stride(stride).apply(graph, name + ".conv2d", padded);
    }

    private static Value larger(GraphBuilder graph, String name, Value x, long channels) {
        Shape shape = x.type().shape();
        return convolution(graph, name, ImageFunctions.resize(graph, name + ".resize", x, 2 * shape.extent(2),
                2 * shape.extent(3), ImageFunctions.Interpolation.NEAREST), channels, 3, 1);
    }

    private static Value normal(GraphBuilder graph, String prefix, int number, Value x) {
        return Functions.relu(graph, prefix + "relu" + number,
                Layers.instanceNorm().withAffine().apply(graph, prefix + "in" + number, x));
    }

    private static Value residual(GraphBuilder graph, String name, Value x) {
        long channels = x.type().shape().extent(1);
        Value first = normal(graph, name + ".", 1, convolution(graph, name + ".conv1", x, channels, 3, 1));
        Value second = Layers.instanceNorm().withAffine()
                .apply(graph, name + ".in2", convolution(graph, name + ".conv2", first, channels, 3, 1));
        return Functions.add(graph, name, second, x);
    }
}
