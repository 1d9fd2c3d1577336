package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * Updates running statistics: {@code running <- (1 - momentum) * running + momentum * batch} for mean and variance, the
 * batch variance made unbiased by {@code count / (count - 1)}:
 * {@code batch mean, batch variance, running mean, running variance -> ()}. {@link Averaging.Cumulative} has one more
 * input, {@code batches ()}, increments it, and uses {@code 1 / batches} as the momentum. The running statistics and
 * the count are updated in place. Statistics {@code (N, C)} of single images count by their means over the images.
 *
 * @param count number of values of a channel, of an image where the statistics are an image's; or {@link #UNBIASED}
 */
public record UpdateRunningStatistics(Averaging averaging, long count) implements Op {
    /** The count where the variance is unbiased already: a number so large that it changes nothing. */
    public static final long UNBIASED = Long.MAX_VALUE;

    @Override
    public String name() {
        return "update_running_statistics";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        int arity = switch (averaging) {
            case Averaging.Exponential _ -> 4;
            case Averaging.Cumulative _ -> 5;
        };
        Shapes.arity(this, inputs, arity, arity);
        return List.of();
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 6 * inputs.getFirst().shape().elements();
    }
}
