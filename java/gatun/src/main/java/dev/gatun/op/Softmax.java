package dev.gatun.op;

import dev.gatun.op.function.SoftmaxKind;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * Probabilities from scores along one dimension, computed from the scores less the largest of them, which does not
 * overflow. Where all scores are minus infinity, or one is NaN, all probabilities are NaN.
 *
 * @param axis counted from 0
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
