package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The gradient of a {@link LayerNormalization}: {@code x, diff_dst, mean, variance -> diff_src}, or, with a scale and a
 * shift, {@code x, diff_dst, mean, variance, scale -> diff_src, diff_scale, diff_shift}.
 */
public record LayerNormalizationBackward(LayerNormalization forward) implements Op {
    @Override
    public String name() {
        return "layer_normalization_backward";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        int wanted = switch (forward.scaling()) {
            case SCALE_AND_SHIFT -> 5;
            case NONE -> 4;
        };
        Shapes.arity(this, inputs, wanted, wanted);
        Shapes.floating(this, inputs);
        TensorType x = inputs.getFirst();
        forward.checkRows(x);
        Shapes.same(this, "diff_dst", inputs.get(1), x);
        TensorType rows = x.withShape(forward.rows(x.shape())).accumulated();
        Shapes.same(this, "mean", inputs.get(2), rows);
        Shapes.same(this, "variance", inputs.get(3), rows);
        return switch (forward.scaling()) {
            case SCALE_AND_SHIFT -> {
                TensorType scale = inputs.get(4);
                Shapes.same(this, "scale", scale, x.withShape(forward.features(x.shape())).accumulated());
                yield List.of(x, scale, scale);
            }
            case NONE -> List.of(x);
        };
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 12 * inputs.getFirst().shape().elements();
    }
}
