package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Averaging;
import dev.gatun.op.InstanceNormalization;
import dev.gatun.op.LayerNormalization;
import dev.gatun.shape.Shape;

/**
 * Instance normalisation: normalises each channel of each example of {@code (N, C, spatial...)} (Ulyanov et al., 2016).
 * Variables, all {@code (C)}: with a scale and a shift {@code weight} and {@code bias}; with running statistics
 * {@code running_mean} and {@code running_var}, PyTorch's {@code track_running_stats}.
 *
 * @param epsilon    added to the variance
 * @param affine     whether the layer has a scale and a shift
 * @param statistics whose statistics normalise in evaluation
 */
public record InstanceNorm(double epsilon, BatchNorm.Affine affine, Statistics statistics) implements Layer {
    /** Whose statistics normalise in evaluation; training takes each image's own. */
    public sealed interface Statistics {
        /** Each image's own, as in training. */
        record OfImages() implements Statistics {}

        /**
         * Running ones, which follow the means over a batch's images.
         *
         * @param momentum weight of the new batch
         */
        record Running(double momentum) implements Statistics {}
    }

    /** Creates a layer that normalises by each image's own statistics in evaluation too. */
    public InstanceNorm(double epsilon, BatchNorm.Affine affine) {
        this(epsilon, affine, new Statistics.OfImages());
    }

    /** Creates a layer with PyTorch's defaults: epsilon 1e-5, neither scale nor shift. */
    public InstanceNorm() {
        this(1e-5, BatchNorm.Affine.WITHOUT);
    }

    /** Returns a copy with a scale and a shift. */
    public InstanceNorm withAffine() {
        return new InstanceNorm(epsilon, BatchNorm.Affine.WITH, statistics);
    }

    /** Returns a copy with running statistics, by which evaluation normalises; PyTorch's momentum is 0.1. */
    public InstanceNorm tracked(double momentum) {
        return new InstanceNorm(epsilon, affine, new Statistics.Running(momentum));
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        Shape shape = input.type().shape();
        if (shape.rank() < 3 || shape.elements() <= shape.extent(0) * shape.extent(1)) {
            throw new IllegalArgumentException(name + ": instance normalisation takes (N, C, spatial...) of more than"
                    + " one element a channel, got " + shape);
        }
        return switch (statistics) {
            case Statistics.OfImages _ -> new GroupNorm(shape.extent(1), epsilon, switch (affine) {
                case WITH -> LayerNormalization.Scaling.SCALE_AND_SHIFT;
                case WITHOUT -> LayerNormalization.Scaling.NONE;
            }).apply(graph, name, input);
            case Statistics.Running(double momentum) -> graph.apply(name,
                    new InstanceNormalization(epsilon, new Averaging.Exponential(momentum)), input,
                    affine(graph, name + ".weight", 1, input), affine(graph, name + ".bias", 0, input),
                    running(graph, name + ".running_mean", 0, input), running(graph, name + ".running_var", 1, input));
        };
    }

    private Value affine(GraphBuilder graph, String name, float start, Value input) {
        Shape channels = Shape.of(input.type().shape().extent(1));
        return switch (affine) {
            case WITH -> Scales.accumulated(graph, name, channels, start, input);
            case WITHOUT -> Scales.constant(graph, name, channels, start, input);
        };
    }

    private static Value running(GraphBuilder graph, String name, float start, Value input) {
        return Scales.accumulated(graph, name, Shape.of(input.type().shape().extent(1)), Variable.Kind.BUFFER,
                Initializers.constant(start), input);
    }
}
