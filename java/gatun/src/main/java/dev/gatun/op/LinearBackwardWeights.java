package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The gradients of a {@link Linear} with respect to its weight and, with {@code bias}, its bias:
 * {@code src, diff_dst -> diff_weight [, diff_bias]}. The gradients of 16-bit tensors are in f32.
 */
public record LinearBackwardWeights(Shape weight, boolean bias) implements Op {
    @Override
    public String name() {
        return "linear_backward_weights";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 2);
        Shapes.sameDtype(this, inputs);
        TensorType diffWeight = inputs.getFirst().withShape(weight).accumulated();
        return bias
                ? List.of(diffWeight, diffWeight.withShape(Shape.of(weight.extent(0))))
                : List.of(diffWeight);
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 2 * inputs.getFirst().shape().extent(0) * weight.elements();
    }
}
