package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/** The gradient of an {@link AvgPool}: {@code diff_dst -> diff_src}. */
public record AvgPoolBackward(AvgPool forward, Shape source) implements GradientOp {
    @Override
    public String name() {
        return "avg_pool_backward";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        return List.of(inputs.getFirst().withShape(source));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return inputs.getFirst().shape().elements() * forward.window().height() * forward.window().width();
    }
}
