package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.GroupNormalization;
import dev.gatun.op.LayerNormalization;
import dev.gatun.shape.Shape;

/**
 * Normalisation of groups of channels of each example (Wu and He, 2018), {@code (N, C, ...)}. Variables, both
 * {@code (C)}: {@code weight} and {@code bias}. A group for each channel is instance normalisation.
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
        GroupNormalization op = new GroupNormalization(groups, epsilon, scaling);
        Shape channels = Shape.of(shape.extent(1));
        return switch (scaling) {
            case NONE -> graph.apply(name, op, input);
            case SCALE_AND_SHIFT -> graph.apply(name, op, input,
                    Scales.accumulated(graph, name + ".weight", channels, 1, input),
                    Scales.accumulated(graph, name + ".bias", channels, 0, input));
        };
    }
}
