package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The gradient of a training {@link BatchNormalization}:
 * {@code x, diff_dst, scale, shift, batch mean, batch variance, workspace -> diff_src, diff_scale, diff_shift}.
 */
public record BatchNormalizationBackward(BatchNormalization forward) implements Op {
    @Override
    public String name() {
        return "batch_normalization_backward";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 7, 7);
        Shapes.same(this, "diff_dst", inputs.get(1), inputs.get(0));
        return List.of(inputs.get(0), inputs.get(2), inputs.get(2));
    }

    @Override
    public boolean readsWorkspace() {
        return true;
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 12 * inputs.getFirst().shape().elements();
    }
}
