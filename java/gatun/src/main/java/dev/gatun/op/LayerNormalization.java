package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * Layer normalisation over the trailing dimensions (Ba et al., 2016):
 * {@code y = (x - mean) / sqrt(variance + epsilon) * scale + shift}, with mean and (biased) variance of each row.
 *
 * <p>Inputs: {@code x (rows..., features...)} and, where it has them, {@code scale (features...)} and
 * {@code shift (features...)}. Outputs: {@code y}, {@code mean (rows...)}, {@code variance (rows...)}. For {@code x} of
 * 16 bits, all but {@code x} and {@code y} is in f32.
 *
 * @param axes    number of trailing dimensions that are normalised together
 * @param epsilon added to the variance
 */
public record LayerNormalization(int axes, double epsilon, Scaling scaling) implements Op {
    /** Whether a scale and a shift follow. */
    public enum Scaling {
        SCALE_AND_SHIFT,
        NONE
    }

    public LayerNormalization {
        if (axes < 1 || !(epsilon >= 0)) {
            throw new IllegalArgumentException("layer_normalization: at least one dimension and an epsilon that is not"
                    + " negative wanted, got " + axes + " and " + epsilon);
        }
    }

    /** Returns the trailing extents of a shape, which are normalised together. */
    public Shape features(Shape x) {
        return Shape.of(Arrays.copyOfRange(x.extents(), x.rank() - axes, x.rank()));
    }

    /** Returns the leading extents of a shape. */
    public Shape rows(Shape x) {
        return Shape.of(Arrays.copyOf(x.extents(), x.rank() - axes));
    }

    @Override
    public String name() {
        return "layer_normalization";
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
        checkRows(x);
        TensorType features = x.withShape(features(x.shape())).accumulated();
        for (int i = 1; i < wanted; i++) {
            Shapes.same(this, i == 1 ? "scale" : "shift", inputs.get(i), features);
        }
        TensorType rows = x.withShape(rows(x.shape())).accumulated();
        return List.of(x, rows, rows);
    }

    /** Refuses what has no rows. */
    void checkRows(TensorType x) {
        if (x.shape().rank() <= axes) {
            throw new IllegalArgumentException("layer_normalization: " + x.shape() + " has no rows besides the " + axes
                    + " dimensions that are normalised");
        }
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 8 * inputs.getFirst().shape().elements();
    }
}
