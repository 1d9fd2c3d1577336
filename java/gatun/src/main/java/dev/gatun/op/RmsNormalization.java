package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * RMS normalisation over the last dimension (Zhang and Sennrich, 2019):
 * {@code y = x / sqrt(mean(x^2) + epsilon) * scale}, with the mean square of each row.
 *
 * <p>Inputs: {@code x (rows..., features)} and, where it has one, {@code scale (features)}. Outputs: {@code y},
 * {@code mean_square (rows...)}. For {@code x} of 16 bits, all but {@code x} and {@code y} is in f32.
 *
 * @param epsilon added to the mean square
 */
public record RmsNormalization(double epsilon, Scaling scaling) implements Op {
    /** Whether a scale follows. */
    public enum Scaling {
        SCALE,
        NONE
    }

    public RmsNormalization {
        if (!(epsilon >= 0)) {
            throw new IllegalArgumentException(
                    "rms_normalization: an epsilon that is not negative wanted, got " + epsilon);
        }
    }

    /** Returns the leading extents of a shape. */
    public Shape rows(Shape x) {
        return Shape.of(Arrays.copyOf(x.extents(), x.rank() - 1));
    }

    @Override
    public String name() {
        return "rms_normalization";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        int wanted = switch (scaling) {
            case SCALE -> 2;
            case NONE -> 1;
        };
        Shapes.arity(this, inputs, wanted, wanted);
        Shapes.floating(this, inputs);
        TensorType x = inputs.getFirst();
        checkFeatures(this, x);
        switch (scaling) {
            case SCALE -> Shapes.same(this, "scale", inputs.get(1), scale(x));
            case NONE -> { }
        }
        return List.of(x, meanSquare(x));
    }

    /** Refuses what has no dimension to normalise. */
    static void checkFeatures(Op op, TensorType x) {
        if (x.shape().rank() == 0) {
            throw new IllegalArgumentException(op.name() + ": a tensor with a dimension wanted, got the scalar " + x);
        }
    }

    /** The type of the scale for an input. */
    static TensorType scale(TensorType x) {
        return x.withShape(Shape.of(x.shape().extent(-1))).accumulated();
    }

    /** The type of the mean squares of an input. */
    TensorType meanSquare(TensorType x) {
        return x.withShape(rows(x.shape())).accumulated();
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 4 * inputs.getFirst().shape().elements();
    }
}
