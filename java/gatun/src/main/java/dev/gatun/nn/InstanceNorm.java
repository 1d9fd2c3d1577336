package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.LayerNormalization;
import dev.gatun.shape.Shape;

/**
 * Instance normalisation: normalises each channel of each example of {@code (N, C, spatial...)} (Ulyanov et al., 2016),
 * in training and evaluation alike. It is a {@link GroupNorm} with one group for each channel. Variables, with a scale
 * and a shift, both {@code (C)}: {@code weight} and {@code bias}.
 *
 * @param epsilon added to the variance
 * @param affine  whether the layer has a scale and a shift
 */
public record InstanceNorm(double epsilon, BatchNorm.Affine affine) implements Layer {
    /** Creates a layer with PyTorch's defaults: epsilon 1e-5, neither scale nor shift. */
    public InstanceNorm() {
        this(1e-5, BatchNorm.Affine.WITHOUT);
    }

    /** Returns a copy with a scale and a shift. */
    public InstanceNorm withAffine() {
        return new InstanceNorm(epsilon, BatchNorm.Affine.WITH);
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        Shape shape = input.type().shape();
        if (shape.rank() < 3 || shape.elements() <= shape.extent(0) * shape.extent(1)) {
            throw new IllegalArgumentException(name + ": instance normalisation takes (N, C, spatial...) of more than"
                    + " one element a channel, got " + shape);
        }
        return new GroupNorm(shape.extent(1), epsilon, switch (affine) {
            case WITH -> LayerNormalization.Scaling.SCALE_AND_SHIFT;
            case WITHOUT -> LayerNormalization.Scaling.NONE;
        }).apply(graph, name, input);
    }
}
