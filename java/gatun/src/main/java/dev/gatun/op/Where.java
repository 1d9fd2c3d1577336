package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * Selects elements, {@code condition, a, b -> y}: {@code y} is {@code a} where the condition is not 0 and {@code b}
 * elsewhere; elements that are not selected have no influence, NaN included. All are of one type and shape.
 */
public record Where() implements Op {
    @Override
    public String name() {
        return "where";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 3, 3);
        Shapes.floating(this, inputs);
        Shapes.same(this, "a", inputs.get(1), inputs.getFirst());
        Shapes.same(this, "b", inputs.get(2), inputs.getFirst());
        return List.of(inputs.getFirst());
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return inputs.getFirst().shape().elements();
    }

    @Override
    public boolean keepsZero() {
        return true;
    }
}
