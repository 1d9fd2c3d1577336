package dev.gatun.op;

import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The index, {@link DType#I32} from 0, of the largest element along a dimension, which is removed: the first of equal
 * ones; NaN counts as larger than all numbers.
 *
 * @param axis dimension, counted from 0
 */
public record ArgMax(int axis) implements Op {
    public ArgMax {
        if (axis < 0) {
            throw new IllegalArgumentException("argmax: axis is counted from 0, got " + axis);
        }
    }

    @Override
    public String name() {
        return "argmax";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        Shapes.floating(this, inputs);
        Shape shape = inputs.getFirst().shape();
        Shapes.axis(this, axis, shape);
        if (shape.extent(axis) < 1 || shape.extent(axis) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("argmax: from 1 to 2^31 - 1 elements along axis " + axis
                    + " wanted, got " + shape);
        }
        return List.of(new TensorType(DType.I32, Shape.of(IntStream.range(0, shape.rank()).filter(i -> i != axis)
                .mapToLong(shape::extent).toArray())));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return inputs.getFirst().shape().elements();
    }
}
