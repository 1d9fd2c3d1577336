package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * Mean and variance of each channel, over all other dimensions: {@code x (N, C, ...) -> mean (C), variance (C)}. The
 * variance is the biased one, {@code sum((x - mean)^2) / count}. For {@code x} of 16 bits both are in f32.
 */
public record ChannelStatistics() implements Op {
    @Override
    public String name() {
        return "channel_statistics";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        Shapes.floating(this, inputs);
        TensorType x = inputs.getFirst();
        if (x.shape().rank() < 2 || x.shape().elements() == 0) {
            throw new IllegalArgumentException(
                    "channel_statistics: x needs a batch and a channel dimension and some elements, got " + x);
        }
        TensorType channels = x.withShape(Shape.of(x.shape().extent(1))).accumulated();
        return List.of(channels, channels);
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 4 * inputs.getFirst().shape().elements();
    }
}
