package dev.gatun.op;

import dev.gatun.op.function.SoftmaxKind;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * Softmax or its logarithm along one dimension, computed without overflow by subtracting the largest score. If all
 * scores are minus infinity, or one is NaN, all results are NaN.
 *
 * @param axis dimension, counted from 0
 */
public record Softmax(int axis, SoftmaxKind kind) implements Op {
    public Softmax {
        if (axis < 0) {
            throw new IllegalArgumentException(kind.lowerCase() + ": axis is counted from 0, got " + axis);
        }
    }

    @Override
    public String name() {
        return kind.lowerCase();
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        Shapes.floating(this, inputs);
        Shapes.axis(this, axis, inputs.getFirst().shape());
        return List.of(inputs.getFirst());
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 5 * inputs.getFirst().shape().elements();
    }
}
