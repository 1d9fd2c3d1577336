package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The gradient of a {@link GroupNormalization}, and of an {@link InstanceNormalization}:
 * {@code x, diff_dst, mean, variance -> diff_src}, or, with a scale and a shift,
 * {@code x, diff_dst, mean, variance, scale -> diff_src, diff_scale, diff_shift}.
 */
public record GroupNormalizationBackward(GroupNormalization forward) implements Op {
    @Override
    public String name() {
        return "group_normalization_backward";
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
        TensorType statistics = forward.statistics(x);
        Shapes.same(this, "diff_dst", inputs.get(1), x);
        Shapes.same(this, "mean", inputs.get(2), statistics);
        Shapes.same(this, "variance", inputs.get(3), statistics);
        return switch (forward.scaling()) {
            case SCALE_AND_SHIFT -> {
                TensorType scale = inputs.get(4);
                Shapes.same(this, "scale", scale, GroupNormalization.channels(x));
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
