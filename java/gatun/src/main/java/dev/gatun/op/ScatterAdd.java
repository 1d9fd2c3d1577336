package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The gradient of a {@link Gather}: {@code diff_dst, indices -> diff_src}, where each row is the sum of the gradients
 * of its copies, zero if there are none.
 *
 * @param shape shape of the table
 */
public record ScatterAdd(Gather forward, Shape shape) implements Op {
    @Override
    public String name() {
        return "scatter_add";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 2);
        TensorType table = inputs.getFirst().withShape(shape);
        Shapes.same(this, "diff_dst", inputs.getFirst(),
                forward.infer(List.of(table, inputs.get(1))).getFirst());
        return List.of(table);
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return inputs.getFirst().shape().elements();
    }
}
