package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The identity in the forward pass, a constant in the backward pass: the gradient with respect to its input is zero.
 */
public record StopGradient() implements Op {
    @Override
    public String name() {
        return "stop_gradient";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        return List.of(inputs.getFirst());
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 0;
    }

    @Override
    public boolean isView() {
        return true;
    }

    @Override
    public boolean stopsGradient() {
        return true;
    }
}
