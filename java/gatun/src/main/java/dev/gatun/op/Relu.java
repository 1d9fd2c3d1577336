package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/** {@code y = max(x, 0)}; NaN stays NaN. */
public record Relu() implements ForwardOp {
    @Override
    public String name() {
        return "relu";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        Shapes.floating(this, inputs);
        return List.of(inputs.getFirst());
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return inputs.getFirst().shape().elements();
    }
}
