package dev.gatun.model;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Functions;
import dev.gatun.nn.Layer;
import dev.gatun.nn.Layers;

/**
 * Weighs the channels of images by what all of them look like (Hu et al., 2018),
 * {@code x * sigmoid(fc2(relu(fc1(mean of each channel of x))))} for {@code x (N, C, H, W)}. Variables, those of two
 * convolutions of 1x1: {@code fc1.weight (squeezed, C, 1, 1)}, {@code fc1.bias},
 * {@code fc2.weight (C, squeezed, 1, 1)}, {@code fc2.bias}.
 *
 * @param squeezed channels between the two
 */
record SqueezeExcitation(long squeezed) implements Layer {
    private static final long DIVISOR = 8;

    SqueezeExcitation {
        if (squeezed < 1) {
            throw new IllegalArgumentException("at least one channel between squeeze and excitation wanted, got "
                    + squeezed);
        }
    }

    /** A sixteenth of the channels, rounded to a multiple of eight and at least eight, as timm does. */
    static SqueezeExcitation sixteenth(long channels) {
        return new SqueezeExcitation(Math.max(DIVISOR, (channels / 16 + DIVISOR / 2) / DIVISOR * DIVISOR));
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        Value mean = Layers.globalAvgPool().apply(graph, name + ".mean", input);
        Value hidden = Layers.relu().apply(graph, name + ".relu",
                Layers.conv2d(squeezed, 1).apply(graph, name + ".fc1", mean));
        Value gate = Layers.sigmoid().apply(graph, name + ".gate",
                Layers.conv2d(input.type().shape().extent(1), 1).apply(graph, name + ".fc2", hidden));
        return Functions.multiply(graph, name, input, gate);
    }
}
