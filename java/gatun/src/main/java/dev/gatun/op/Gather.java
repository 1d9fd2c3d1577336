package dev.gatun.op;

import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Rows of a table, chosen by indices: {@code x (before..., rows, after...), indices -> (before..., indices...,
 * after...)}. Indices are of {@link DType#I32}, in {@code [0, rows)}; a device refuses others when it runs.
 *
 * @param axis    dimension of the rows, counted from 0
 * @param padding index whose row gets no gradient, or {@link #NO_PADDING}
 */
public record Gather(int axis, long padding) implements Op {
    /** The value of {@link #padding} with which every row gets its gradient. */
    public static final long NO_PADDING = -1;

    public Gather {
        if (axis < 0 || padding < NO_PADDING) {
            throw new IllegalArgumentException("gather: axis and padding are counted from 0, got axis " + axis
                    + ", padding " + padding);
        }
    }

    /** Returns the operation without padding. */
    public static Gather along(int axis) {
        return new Gather(axis, NO_PADDING);
    }

    @Override
    public String name() {
        return "gather";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 2);
        Shapes.floating(this, inputs);
        Shape x = inputs.get(0).shape();
        Shapes.axis(this, axis, x);
        Shapes.indices(this, inputs.get(1));
        if (padding >= x.extent(axis)) {
            throw new IllegalArgumentException("gather: the padding index " + padding + " is none of the "
                    + x.extent(axis) + " rows of " + x + " along axis " + axis);
        }
        return List.of(inputs.getFirst().withShape(shape(x, inputs.get(1).shape())));
    }

    private Shape shape(Shape x, Shape indices) {
        return Shape.of(LongStream.concat(LongStream.concat(Arrays.stream(x.extents()).limit(axis),
                Arrays.stream(indices.extents())), Arrays.stream(x.extents()).skip(axis + 1L)).toArray());
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 0;
    }
}
