package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/** {@code y = activation(a + b)}, elementwise over equal shapes. */
public record Add(Activation activation) implements ForwardOp {
    @Override
    public String name() {
        return "add";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 2);
        Shapes.floating(this, inputs);
        Shapes.same(this, "b", inputs.get(1), inputs.get(0));
        return List.of(inputs.getFirst());
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return inputs.getFirst().shape().elements();
    }
}
