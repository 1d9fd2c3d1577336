package dev.gatun.model;

import static dev.gatun.model.Convolutions.convolution;
import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.globalAvgPool;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Functions;
import dev.gatun.nn.Layer;
import dev.gatun.nn.Sequential;
import java.util.ArrayList;
import java.util.List;

/**
 * Wide residual networks (Zagoruyko and Komodakis, 2016) for images of about 32x32, which normalise before each
 * convolution. Variables are named {@code block1.layer.0.conv1} and so on.
 */
final class WideResNets {
    private WideResNets() {}

    /**
     * The network of a depth and a width.
     *
     * @param depth layers, {@code 6 n + 4}
     * @param width times the channels of the thin network, which are 16, 32 and 64
     */
    static Layer network(Images images, int depth, int width) {
        int blocks = (depth - 4) / 6;
        Sequential network = Sequential.empty().then("conv1", convolution(16, 3, 1));
        long inputs = 16;
        for (int stage = 0; stage < 3; stage++) {
            long channels = (16L << stage) * width;
            List<Layer> layers = new ArrayList<>();
            for (int i = 0; i < blocks; i++) {
                layers.add(new Block(inputs, channels, i == 0 && stage > 0 ? 2 : 1));
                inputs = channels;
            }
            network = network.then("block" + (stage + 1), Sequential.empty().then("layer", Sequential.of(layers)));
        }
        return network.then("bn1", batchNorm()).then("relu", relu())
                .then("avgpool", globalAvgPool()).then("flatten", flatten())
                .then("fc", linear(images.classes()));
    }

    /** Where the shape changes, the shortcut begins behind the first normalisation. */
    private record Block(long inputs, long channels, long stride) implements Layer {
        @Override
        public Value apply(GraphBuilder graph, String name, Value input) {
            Value normal = relu().apply(graph, name + ".relu1", batchNorm().apply(graph, name + ".bn1", input));
            Value residual = Sequential.empty()
                    .then("conv1", convolution(channels, 3, stride)).then("bn2", batchNorm()).then("relu2", relu())
                    .then("conv2", convolution(channels, 3, 1)).apply(graph, name, normal);
            Value shortcut = inputs == channels && stride == 1 ? input
                    : convolution(channels, 1, stride).apply(graph, name + ".convShortcut", normal);
            return Functions.add(graph, name + ".add", shortcut, residual);
        }
    }
}
