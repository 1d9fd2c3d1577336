package dev.gatun.model;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Layer;
import dev.gatun.nn.Layers;
import dev.gatun.nn.Sequential;
import dev.gatun.nn.TensorFunctions;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * U-Net (Ronneberger et al., 2015) for segmentation, {@code (N, C, H, W) -> (N, classes, H, W)}, with padded
 * convolutions and batch normalisation: four times two 3x3 convolutions and a max pool on the way down, and a
 * transposed convolution, the image of the same size from the way down, and two convolutions on the way up. Variables:
 * {@code inc}, {@code down1} to {@code down4}, {@code up1} to {@code up4} and {@code outc}.
 *
 * @param classes a score for each of them at each pixel
 * @param width   channels at full size, 64 in the paper; they double with each step down
 */
public record UNet(long classes, long width) implements Layer {
    private static final int DEPTH = 4;

    /** The paper's width. */
    public UNet(long classes) {
        this(classes, 64);
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        check(input.type().shape());
        String prefix = name.isEmpty() ? "" : name + ".";
        List<Value> levels = new ArrayList<>();
        Value x = twice(width).apply(graph, prefix + "inc", input);
        for (int i = 1; i <= DEPTH; i++) {
            levels.add(x);
            Value pooled = Layers.maxPool(2).apply(graph, prefix + "down" + i + ".pool", x);
            x = twice(width << i).apply(graph, prefix + "down" + i + ".conv", pooled);
        }
        for (int i = 1; i <= DEPTH; i++) {
            long channels = width << (DEPTH - i);
            String up = prefix + "up" + i;
            Value larger = Layers.convTranspose2d(channels, 2).stride(2).apply(graph, up + ".up", x);
            x = twice(channels).apply(graph, up + ".conv",
                    TensorFunctions.concat(graph, up + ".both", 1, levels.removeLast(), larger));
        }
        return Layers.conv2d(classes, 1).apply(graph, prefix + "outc", x);
    }

    /** Refuses images that it cannot halve as often as it does. */
    static void check(Shape shape) {
        long multiple = 1L << DEPTH;
        if (shape.rank() != 4 || shape.extent(2) % multiple != 0 || shape.extent(3) % multiple != 0) {
            throw new IllegalArgumentException("unet needs images (N, C, H, W) with heights and widths that are"
                    + " multiples of " + multiple + ", got " + shape);
        }
    }

    /** Twice a convolution, a normalisation and a ReLU. */
    private static Layer twice(long channels) {
        return Sequential.of(List.of(
                Layers.conv2d(channels, 3).padding(1).withoutBias(), Layers.batchNorm(), Layers.relu(),
                Layers.conv2d(channels, 3).padding(1).withoutBias(), Layers.batchNorm(), Layers.relu()));
    }
}
