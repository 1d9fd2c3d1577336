package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.LayerNormalization;
import dev.gatun.op.Reshape;
import dev.gatun.shape.Shape;

/**
 * Normalisation of groups of channels of each example (Wu and He, 2018), {@code (N, C, ...)}: a layer normalisation of
 * row-major groups, then a scale and a shift for each channel. Variables, both {@code (C)}: {@code weight} and
 * {@code bias}. A group for each channel is instance normalisation.
 *
 * @param groups  number of groups, which divides the channels
 * @param epsilon added to the variance
 * @param scaling whether the layer has a scale and a shift
 */
public record GroupNorm(long groups, double epsilon, LayerNormalization.Scaling scaling) implements Layer {
    /** Creates a layer with PyTorch's epsilon of 1e-5, a scale and a shift. */
    public GroupNorm(long groups) {
        this(groups, 1e-5, LayerNormalization.Scaling.SCALE_AND_SHIFT);
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        Shape shape = input.type().shape();
        if (shape.rank() < 2 || groups < 1 || shape.extent(1) % groups != 0) {
            throw new IllegalArgumentException(name + ": the channels of " + shape + " do not split into " + groups
                    + " groups");
        }
        long rows = shape.extent(0) * groups;
        Value flat = graph.apply(name + ".groups", new Reshape(Shape.of(rows, shape.elements() / Math.max(1, rows))),
                input);
        Value normal = graph.apply(name + ".normal", new Reshape(shape),
                graph.apply(name + ".layer",
                        new LayerNormalization(1, epsilon, LayerNormalization.Scaling.NONE), flat));
        return switch (scaling) {
            case NONE -> normal;
            case SCALE_AND_SHIFT -> Functions.add(graph, name,
                    Functions.multiply(graph, name + ".scaled", normal, channel(graph, name + ".weight", 1, input)),
                    channel(graph, name + ".bias", 0, input));
        };
    }

    private static Value channel(GraphBuilder graph, String name, float start, Value input) {
        Shape shape = input.type().shape();
        return Scales.perChannel(graph, name + ".channel",
                Scales.variable(graph, name, Shape.of(shape.extent(1)), start, input), shape.rank());
    }
}
