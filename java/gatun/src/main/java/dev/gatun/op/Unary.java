package dev.gatun.op;

import dev.gatun.op.function.ScalarFunction;
import dev.gatun.shape.TensorType;
import java.util.List;

/** {@code y = f(x)} for each element of a floating-point tensor. */
public record Unary(ScalarFunction function) implements Op {
    @Override
    public String name() {
        return function.lowerCase();
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

    @Override
    public boolean keepsZero() {
        return function.value(0) == 0;
    }

    @Override
    public int inPlaceInput() {
        return 0;
    }
}
