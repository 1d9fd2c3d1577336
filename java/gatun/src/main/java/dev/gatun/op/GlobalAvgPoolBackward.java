package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/** The gradient of a {@link GlobalAvgPool}: {@code diff_dst (N, C, 1, 1) -> diff_src}. */
public record GlobalAvgPoolBackward(Shape source) implements GradientOp {
    @Override
    public String name() {
        return "global_avg_pool_backward";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        return List.of(inputs.getFirst().withShape(source));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return source.elements();
    }
}
