package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The gradient of an {@link RmsNormalization}: {@code x, diff_dst, mean_square -> diff_src}, or, with a scale,
 * {@code x, diff_dst, mean_square, scale -> diff_src, diff_scale}. {@code mean_square} is that of {@code x}.
 */
public record RmsNormalizationBackward(RmsNormalization forward) implements Op {
    @Override
    public String name() {
        return "rms_normalization_backward";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        int wanted = switch (forward.scaling()) {
            case SCALE -> 4;
            case NONE -> 3;
        };
        Shapes.arity(this, inputs, wanted, wanted);
        Shapes.floating(this, inputs);
        TensorType x = inputs.getFirst();
        RmsNormalization.checkFeatures(this, x);
        Shapes.same(this, "diff_dst", inputs.get(1), x);
        Shapes.same(this, "mean_square", inputs.get(2), forward.meanSquare(x));
        return switch (forward.scaling()) {
            case SCALE -> {
                TensorType scale = inputs.get(3);
                Shapes.same(this, "scale", scale, RmsNormalization.scale(x));
                yield List.of(x, scale);
            }
            case NONE -> List.of(x);
        };
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 9 * inputs.getFirst().shape().elements();
    }
}
