package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The gradient of a ReLU from its result: {@code dst, diff_dst [, second diff_dst] -> diff_src}, where
 * {@code diff_src = dst > 0 ? diff_dst (+ second) : 0}. The second is the gradient of another use of the same value.
 */
public record ReluBackward() implements GradientOp {
    @Override
    public String name() {
        return "relu_backward";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 3);
        for (TensorType input : inputs) {
            Shapes.same(this, "diff_dst", input, inputs.getFirst());
        }
        return List.of(inputs.getFirst());
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return (inputs.size() - 1) * inputs.getFirst().shape().elements();
    }
}
