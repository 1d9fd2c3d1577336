package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * Normalisation of groups of channels of each image (Wu and He, 2018):
 * {@code y = (x - mean) / sqrt(variance + epsilon) * scale + shift}, with mean and (biased) variance over the channels
 * of a group and all pixels of an image.
 *
 * <p>Inputs: {@code x (N, C, ...)} and, where it has them, {@code scale (C)} and {@code shift (C)}. Outputs: {@code y},
 * {@code mean (N, groups)}, {@code variance (N, groups)}. For {@code x} of 16 bits, all but {@code x} and {@code y} is
 * in f32.
 *
 * @param groups  which divide the channels
 * @param epsilon added to the variance
 */
public record GroupNormalization(long groups, double epsilon, LayerNormalization.Scaling scaling) implements Op {
    public GroupNormalization {
        if (groups < 1 || !(epsilon >= 0)) {
            throw new IllegalArgumentException("group_normalization: at least one group and an epsilon that is not"
                    + " negative wanted, got " + groups + " and " + epsilon);
        }
    }

    @Override
    public String name() {
        return "group_normalization";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        int wanted = switch (scaling) {
            case SCALE_AND_SHIFT -> 3;
            case NONE -> 1;
        };
        Shapes.arity(this, inputs, wanted, wanted);
        Shapes.floating(this, inputs);
        TensorType x = inputs.getFirst();
        TensorType statistics = statistics(x);
        for (int i = 1; i < wanted; i++) {
            Shapes.same(this, i == 1 ? "scale" : "shift", inputs.get(i), channels(x));
        }
        return List.of(x, statistics, statistics);
    }

    /** A number for each channel. */
    static TensorType channels(TensorType x) {
        return x.withShape(Shape.of(x.shape().extent(1))).accumulated();
    }

    /** A number for each group of each image. */
    TensorType statistics(TensorType x) {
        if (x.shape().rank() < 2 || x.shape().extent(1) % groups != 0) {
            throw new IllegalArgumentException("group_normalization: the channels of " + x.shape()
                    + " do not split into " + groups + " groups");
        }
        return x.withShape(Shape.of(x.shape().extent(0), groups)).accumulated();
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 8 * inputs.getFirst().shape().elements();
    }
}
