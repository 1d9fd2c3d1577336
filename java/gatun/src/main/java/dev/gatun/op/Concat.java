package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * Concatenates tensors along a dimension; all other extents are equal.
 *
 * @param axis dimension, counted from 0
 */
public record Concat(int axis) implements Op {
    public Concat {
        if (axis < 0) {
            throw new IllegalArgumentException("concat: axis is counted from 0, got " + axis);
        }
    }

    @Override
    public String name() {
        return "concat";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, Integer.MAX_VALUE);
        Shapes.sameDtype(this, inputs);
        Shape first = inputs.getFirst().shape();
        Shapes.axis(this, axis, first);
        long extent = 0;
        for (TensorType input : inputs) {
            Shape shape = input.shape();
            if (shape.rank() != first.rank() || !shape.with(axis, 1).equals(first.with(axis, 1))) {
                throw new IllegalArgumentException("concat: " + shape + " does not continue " + first + " along axis "
                        + axis + ": all other extents must be equal");
            }
            extent += shape.extent(axis);
        }
        return List.of(inputs.getFirst().withShape(first.with(axis, extent)));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 0;
    }
}
