package dev.gatun.op;

import dev.gatun.op.function.ScalarFunction;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The gradient of a {@link Unary}: {@code known, diff_dst -> diff_src}, where
 * {@code diff_src = diff_dst * slope(known)} and
 * {@code known} is what {@link ScalarFunction#slopeFrom} says.
 */
public record UnaryBackward(ScalarFunction function) implements Op {
    @Override
    public String name() {
        return function.lowerCase() + "_backward";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 2);
        Shapes.floating(this, inputs);
        for (TensorType input : inputs) {
            Shapes.same(this, "diff_dst", input, inputs.getFirst());
        }
        return List.of(inputs.getFirst());
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return inputs.getFirst().shape().elements();
    }

    @Override
    public boolean keepsZero() {
        return Double.isFinite(function.slope(0));
    }

    @Override
    public int inPlaceInput() {
        return 1;
    }
}
