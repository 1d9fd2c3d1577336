package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The gradient of a {@link BatchNormalization}: {@code x, diff_dst, scale, shift, mean, variance [, workspace] ->
 * diff_src, diff_scale, diff_shift}. Mean and variance are the batch's in training, which has a workspace, and the
 * running statistics where these are frozen.
 */
public record BatchNormalizationBackward(BatchNormalization forward) implements Op {
    @Override
    public String name() {
        return "batch_normalization_backward";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        int arity = switch (forward.mode()) {
            case TRAINING -> 7;
            case FROZEN -> 6;
            case INFERENCE -> throw new IllegalArgumentException("batch_normalization in inference has no gradient");
        };
        Shapes.arity(this, inputs, arity, arity);
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
