package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/** The gradient of a {@link MaxPool}: {@code diff_dst, workspace -> diff_src}. */
public record MaxPoolBackward(MaxPool forward, Shape source) implements GradientOp {
    @Override
    public String name() {
        return "max_pool_backward";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 2);
        return List.of(inputs.getFirst().withShape(source));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return inputs.getFirst().shape().elements();
    }
}
