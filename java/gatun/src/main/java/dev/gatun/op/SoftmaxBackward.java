package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The gradient of a {@link Softmax}: {@code y, diff_dst -> diff_src}, where {@code y} is its result. For
 * probabilities {@code diff_src = y * (diff_dst - sum(y * diff_dst))}, for logarithms
 * {@code diff_src = diff_dst - exp(y) * sum(diff_dst)}.
 */
public record SoftmaxBackward(Softmax forward) implements Op {
    @Override
    public String name() {
        return forward.name() + "_backward";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 2);
        Shapes.floating(this, inputs);
        Shapes.axis(this, forward.axis(), inputs.getFirst().shape());
        Shapes.same(this, "diff_dst", inputs.get(1), inputs.getFirst());
        return List.of(inputs.getFirst());
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 4 * inputs.getFirst().shape().elements();
    }
}
