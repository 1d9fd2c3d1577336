package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/** {@code (N, ...) -> (N, product of the rest)}, in row-major order of the logical indices. */
public record Flatten() implements ForwardOp {
    @Override
    public String name() {
        return "flatten";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        Shape shape = inputs.getFirst().shape();
        if (shape.rank() < 2) {
            throw new IllegalArgumentException("flatten: at least 2 dimensions wanted, got " + shape);
        }
        long rows = shape.extent(0);
        return List.of(inputs.getFirst().withShape(Shape.of(rows, rows == 0 ? 0 : shape.elements() / rows)));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 0;
    }
}
