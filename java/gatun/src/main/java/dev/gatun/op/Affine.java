package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/** {@code y = scale * x + shift} for each element, with two constants. */
public record Affine(double scale, double shift) implements Op {
    /** Returns {@code scale * x}. */
    public static Affine times(double scale) {
        return new Affine(scale, 0);
    }

    /** Returns {@code x + shift}. */
    public static Affine plus(double shift) {
        return new Affine(1, shift);
    }

    @Override
    public String name() {
        return "affine";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        Shapes.floating(this, inputs);
        return List.of(inputs.getFirst());
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 2 * inputs.getFirst().shape().elements();
    }

    @Override
    public boolean keepsZero() {
        return shift == 0 && Double.isFinite(scale);
    }

    @Override
    public int inPlaceInput() {
        return 0;
    }
}
