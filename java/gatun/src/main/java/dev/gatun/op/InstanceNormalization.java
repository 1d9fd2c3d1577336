package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * Normalisation of each channel of each image by its own statistics in training, and by running ones in inference
 * (Ulyanov et al., 2016), where it becomes a {@link BatchNormalization}. Without running statistics it is a
 * {@link GroupNormalization} of as many groups as channels.
 *
 * <p>Inputs: {@code x (N, C, ...)}, {@code scale (C)}, {@code shift (C)}, {@code running mean (C)},
 * {@code running variance (C)}. Outputs: {@code y}, {@code mean (N, C)}, {@code variance (N, C)}, the biased one;
 * {@link UpdateRunningStatistics} takes their means over the images. For {@code x} of 16 bits, all but {@code x} and
 * {@code y} is in f32.
 *
 * @param epsilon   added to the variance
 * @param averaging how the running statistics follow
 */
public record InstanceNormalization(double epsilon, Averaging.Exponential averaging) implements Op {
    public InstanceNormalization {
        if (!(epsilon >= 0)) {
            throw new IllegalArgumentException("instance_normalization: epsilon must not be negative, got " + epsilon);
        }
    }

    /** The same by the images' own statistics alone. */
    public GroupNormalization grouped(long channels) {
        return new GroupNormalization(channels, epsilon, LayerNormalization.Scaling.SCALE_AND_SHIFT);
    }

    /** The same by the running statistics. */
    public BatchNormalization inference() {
        return new BatchNormalization(epsilon, averaging, BatchNormalization.Mode.INFERENCE);
    }

    /** Values of a channel of an image. */
    public static long count(TensorType x) {
        return x.shape().elements() / Math.max(1, x.shape().extent(0) * x.shape().extent(1));
    }

    @Override
    public String name() {
        return "instance_normalization";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 5, 5);
        TensorType x = inputs.getFirst();
        if (x.shape().rank() < 3 || count(x) < 2) {
            throw new IllegalArgumentException(
                    "instance_normalization: (N, C, spatial...) of more than one value a channel wanted, got " + x);
        }
        List<TensorType> outputs = grouped(x.shape().extent(1)).infer(inputs.subList(0, 3));
        Shapes.same(this, "running mean", inputs.get(3), GroupNormalization.channels(x));
        Shapes.same(this, "running variance", inputs.get(4), GroupNormalization.channels(x));
        return outputs;
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 8 * inputs.getFirst().shape().elements();
    }
}
