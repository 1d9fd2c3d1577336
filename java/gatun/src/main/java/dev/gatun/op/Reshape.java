package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/** The same elements in row-major order under another shape. */
public record Reshape(Shape shape) implements Op {
    /** Returns {@code (N, ...) -> (N, product of the rest)} for an input of the given shape. */
    public static Reshape flatten(Shape input) {
        if (input.rank() < 2) {
            throw new IllegalArgumentException("flatten: at least 2 dimensions wanted, got " + input);
        }
        long rows = input.extent(0);
        return new Reshape(Shape.of(rows, rows == 0 ? 0 : input.elements() / rows));
    }

    @Override
    public String name() {
        return "reshape";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        if (inputs.getFirst().shape().elements() != shape.elements()) {
            throw new IllegalArgumentException("reshape: " + inputs.getFirst().shape() + " does not fill " + shape);
        }
        return List.of(inputs.getFirst().withShape(shape));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 0;
    }

    @Override
    public boolean isView() {
        return true;
    }
}
