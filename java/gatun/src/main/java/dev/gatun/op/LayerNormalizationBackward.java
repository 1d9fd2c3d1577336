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
        Shapes.same(this, "diff_dst", inputs.get(1), inputs.get(0));
        return switch (forward.scaling()) {
            case SCALE_AND_SHIFT -> {
                Shapes.arity(this, inputs, 5, 5);
                yield List.of(inputs.get(0), inputs.get(4), inputs.get(4));
            }
            case NONE -> {
                Shapes.arity(this, inputs, 4, 4);
                yield List.of(inputs.get(0));
            }
        };
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 12 * inputs.getFirst().shape().elements();
    }
}
