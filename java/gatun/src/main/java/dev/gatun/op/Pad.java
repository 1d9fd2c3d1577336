package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * Pads one dimension with zeros.
 *
 * @param axis   dimension, counted from 0
 * @param before number of zeros before
 * @param after  number of zeros after
 */
public record Pad(int axis, long before, long after) implements Op {
    public Pad {
        if (axis < 0 || before < 0 || after < 0) {
            throw new IllegalArgumentException("pad: axis is counted from 0 and nothing is negative, got axis " + axis
                    + ", before " + before + ", after " + after);
        }
    }

    @Override
    public String name() {
        return "pad";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        Shapes.floating(this, inputs);
        Shape shape = inputs.getFirst().shape();
        Shapes.axis(this, axis, shape);
        long extent = shape.extent(axis);
        if (before > Long.MAX_VALUE - extent || after > Long.MAX_VALUE - extent - before) {
            throw new IllegalArgumentException("pad: " + before + " before and " + after + " after " + shape
                    + " are more than there can be");
        }
        return List.of(inputs.getFirst().withShape(shape.with(axis, before + extent + after)));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 0;
    }
}
