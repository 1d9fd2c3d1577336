package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The program's loss scale as a tensor of one element, which is the gradient of the loss with respect to itself, so
 * that all gradients are multiplied by it. It has no inputs; the factor may change between two steps.
 */
public record LossScale(TensorType type) implements Op {
    @Override
    public String name() {
        return "loss_scale";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 0, 0);
        Shapes.floating(this, List.of(type));
        if (type.shape().elements() != 1) {
            throw new IllegalArgumentException("loss_scale: a tensor of one element wanted, got " + type);
        }
        return List.of(type);
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 0;
    }
}
