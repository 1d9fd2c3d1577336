package dev.gatun.op;

import dev.gatun.op.function.Sampling;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * Resizes or pads a tensor along one dimension: every element of the result is a weighted mean of one or two elements
 * of the input, as {@link Sampling} says. Two dimensions take two operations.
 *
 * @param axis     dimension, counted from 0
 * @param sampling source elements and weights
 */
public record Resample(int axis, Sampling sampling) implements Op {
    public Resample {
        if (axis < 0) {
            throw new IllegalArgumentException(sampling.lowerCase() + ": axis is counted from 0, got " + axis);
        }
    }

    @Override
    public String name() {
        return sampling.lowerCase();
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        Shapes.floating(this, inputs);
        Shape shape = inputs.getFirst().shape();
        Shapes.axis(this, axis, shape);
        return List.of(inputs.getFirst().withShape(shape.with(axis, sampling.extent(shape.extent(axis)))));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 3 * infer(inputs).getFirst().shape().elements();
    }
}
