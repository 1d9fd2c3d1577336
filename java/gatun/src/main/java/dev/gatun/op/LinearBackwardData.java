package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/** The gradient of a {@link Linear} with respect to its input: {@code diff_dst, weight -> diff_src}. */
public record LinearBackwardData(Shape source) implements Op {
    @Override
    public String name() {
        return "linear_backward_data";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 2);
        Shapes.sameDtype(this, inputs);
        return List.of(inputs.getFirst().withShape(source));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 2 * source.extent(0) * inputs.get(1).shape().elements();
    }
}
