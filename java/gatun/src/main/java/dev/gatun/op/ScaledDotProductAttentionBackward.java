package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The gradient of a {@link ScaledDotProductAttention} by query, key and value. Inputs: those of the operation, its
 * outputs, and the gradient by the first of them. The gradient by a mask is an expression of other operations.
 */
public record ScaledDotProductAttentionBackward(ScaledDotProductAttention forward) implements Op {
    @Override
    public String name() {
        return "attention_backward";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        int given = forward.arity();
        Shapes.arity(this, inputs, given + 3, given + 3);
        List<TensorType> results = forward.infer(inputs.subList(0, given));
        Shapes.same(this, "result", inputs.get(given), results.get(0));
        Shapes.same(this, "log_sums", inputs.get(given + 1), results.get(1));
        Shapes.same(this, "diff_dst", inputs.get(given + 2), results.get(0));
        return inputs.subList(0, 3);
    }

    /** Five products, where the operation has two. */
    @Override
    public long flops(List<TensorType> inputs) {
        return 5 * forward.flops(inputs) / 2;
    }
}
