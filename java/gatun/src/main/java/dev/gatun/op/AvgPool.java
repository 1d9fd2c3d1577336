package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The mean of each window of {@code x (N, C, H, W)}; padding counts as zeros that take part in the mean.
 */
public record AvgPool(Window window) implements ForwardOp {
    @Override
    public String name() {
        return "avg_pool";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        Shapes.floating(this, inputs);
        return List.of(inputs.getFirst().withShape(MaxPool.pooled(this, inputs.getFirst(), window)));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return infer(inputs).getFirst().shape().elements() * window.height() * window.width();
    }
}
