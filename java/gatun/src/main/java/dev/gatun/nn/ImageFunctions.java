package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.Resample;
import dev.gatun.op.Reshape;
import dev.gatun.op.Transpose;
import dev.gatun.op.function.Sampling;
import dev.gatun.shape.Shape;
import java.util.List;

/** Rearrangement, resizing and padding of images {@code (N, C, H, W)}, by their usual names. */
public final class ImageFunctions {
    private ImageFunctions() {}

    /** The interpolation of a resized image. */
    public enum Interpolation {
        /** The nearest pixel, rounding towards the origin, as PyTorch's {@code nearest}. */
        NEAREST,
        /** Bilinear interpolation of pixels as areas ({@code align_corners=False}). */
        BILINEAR,
        /** Bilinear interpolation with aligned centres of the corner pixels ({@code align_corners=True}). */
        BILINEAR_ALIGNED;

        private Sampling to(long extent) {
            return switch (this) {
                case NEAREST -> new Sampling.Nearest(extent);
                case BILINEAR -> new Sampling.Linear(extent, Sampling.Corners.EDGES);
                case BILINEAR_ALIGNED -> new Sampling.Linear(extent, Sampling.Corners.ALIGNED);
            };
        }
    }

    /**
     * Moves channels to space: each {@code factor^2} channels become one that is {@code factor} times as high and wide
     * (Shi et al., 2016): {@code (N, C factor^2, H, W) -> (N, C, H factor, W factor)}.
     */
    public static Value pixelShuffle(GraphBuilder graph, String name, Value x, long factor) {
        Shape shape = images(name, x);
        long channels = TensorFunctions.part(name, x, 1, factor < 1 ? 0 : Math.multiplyExact(factor, factor));
        return moved(graph, name, x,
                Shape.of(shape.extent(0), channels, factor, factor, shape.extent(2), shape.extent(3)),
                List.of(0, 1, 4, 2, 5, 3),
                Shape.of(shape.extent(0), channels, shape.extent(2) * factor, shape.extent(3) * factor));
    }

    /** Returns the inverse of {@link #pixelShuffle}: {@code (N, C, H factor, W factor) -> (N, C factor^2, H, W)}. */
    public static Value pixelUnshuffle(GraphBuilder graph, String name, Value x, long factor) {
        Shape shape = images(name, x);
        long height = TensorFunctions.part(name, x, 2, factor);
        long width = TensorFunctions.part(name, x, 3, factor);
        return moved(graph, name, x,
                Shape.of(shape.extent(0), shape.extent(1), height, factor, width, factor), List.of(0, 1, 3, 5, 2, 4),
                Shape.of(shape.extent(0), shape.extent(1) * factor * factor, height, width));
    }

    /**
     * Interleaves the channels of groups (Zhang et al., 2018): the first of each group, then the second of each, and so
     * on.
     */
    public static Value channelShuffle(GraphBuilder graph, String name, Value x, long groups) {
        Shape shape = images(name, x);
        return moved(graph, name, x, Shape.of(
                shape.extent(0), groups, TensorFunctions.part(name, x, 1, groups), shape.extent(2), shape.extent(3)),
                List.of(0, 2, 1, 3, 4), shape);
    }

    /** Resizes images to another height and width, one dimension after the other. */
    public static Value resize(
            GraphBuilder graph, String name, Value x, long height, long width, Interpolation interpolation) {
        images(name, x);
        Value rows = graph.apply(name + ".height", new Resample(2, interpolation.to(height)), x);
        return graph.apply(name, new Resample(3, interpolation.to(width)), rows);
    }

    /** Pads images on all sides by reflection, without repeating the border pixels. */
    public static Value reflectionPad(GraphBuilder graph, String name, Value x, long pixels) {
        return padded(graph, name, x, new Sampling.Reflect(pixels, pixels));
    }

    /** Pads images on all sides with copies of the border pixels. */
    public static Value replicationPad(GraphBuilder graph, String name, Value x, long pixels) {
        return padded(graph, name, x, new Sampling.Replicate(pixels, pixels));
    }

    private static Value padded(GraphBuilder graph, String name, Value x, Sampling sampling) {
        images(name, x);
        return graph.apply(name, new Resample(3, sampling),
                graph.apply(name + ".height", new Resample(2, sampling), x));
    }

    private static Value moved(
            GraphBuilder graph, String name, Value x, Shape divided, List<Integer> permutation, Shape result) {
        Value parts = graph.apply(name + ".parts", new Reshape(divided), x);
        return graph.apply(name, new Reshape(result),
                graph.apply(name + ".moved", new Transpose(permutation), parts));
    }

    private static Shape images(String name, Value x) {
        if (x.type().shape().rank() != 4) {
            throw new IllegalArgumentException(name + ": (N, C, H, W) wanted, got " + x.type().shape());
        }
        return x.type().shape();
    }
}
