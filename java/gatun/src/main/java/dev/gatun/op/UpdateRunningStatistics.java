package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * {@code running <- (1 - momentum) * running + momentum * batch} for mean and variance, the batch variance made
 * unbiased by {@code count / (count - 1)}: {@code batch mean, batch variance, running mean, running variance -> ()}.
 * The running statistics are written in place.
 */
public record UpdateRunningStatistics(double momentum, long count) implements Op {
    @Override
    public String name() {
        return "update_running_statistics";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 4, 4);
        return List.of();
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 6 * inputs.getFirst().shape().elements();
    }
}
