package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The gradient of a {@link Resample}: {@code diff_dst -> diff_src}, where each element is the weighted sum over the
 * results that it contributes to.
 *
 * @param shape shape of the input
 */
public record ResampleBackward(Resample forward, Shape shape) implements Op {
    @Override
    public String name() {
        return forward.name() + "_backward";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        TensorType x = inputs.getFirst().withShape(shape);
        Shapes.same(this, "diff_dst", inputs.getFirst(), forward.infer(List.of(x)).getFirst());
        return List.of(x);
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 3 * inputs.getFirst().shape().elements();
    }
}
