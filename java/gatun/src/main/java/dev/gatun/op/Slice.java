package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * Consecutive elements along one dimension.
 *
 * @param axis   dimension, counted from 0
 * @param start  index of the first element
 * @param length number of elements, at least 1
 */
public record Slice(int axis, long start, long length) implements Op {
    public Slice {
        if (axis < 0 || start < 0 || length < 1) {
            throw new IllegalArgumentException("slice: axis and start are counted from 0 and length is at least 1, got"
                    + " axis " + axis + ", start " + start + ", length " + length);
        }
    }

    @Override
    public String name() {
        return "slice";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        Shape shape = inputs.getFirst().shape();
        Shapes.axis(this, axis, shape);
        if (start > shape.extent(axis) - length) { // the sum may be too large for a long
            throw new IllegalArgumentException("slice: " + start + " .. " + (start - 1 + length) + " along axis " + axis
                    + " do not lie in " + shape);
        }
        return List.of(inputs.getFirst().withShape(shape.with(axis, length)));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 0;
    }
}
