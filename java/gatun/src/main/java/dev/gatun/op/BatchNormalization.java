package dev.gatun.op;

import dev.gatun.options.WithMethods;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * Batch normalisation over all dimensions but the channels (Ioffe and Szegedy, 2015):
 * {@code y = (x - mean) / sqrt(variance + epsilon) * scale + shift}.
 *
 * <p>Inputs: {@code x (N, C, ...)}, {@code scale (C)}, {@code shift (C)}, {@code running mean (C)},
 * {@code running variance (C)}. In {@link Mode#TRAINING} mean and (biased) variance are the batch's and the outputs are
 * {@code y}, batch mean, batch variance and an opaque workspace that a backend may use in the backward pass; the
 * running statistics are brought up to date by {@link UpdateRunningStatistics}. In the other modes they are the running
 * ones and {@code y} is the only output. With {@link Averaging.Cumulative} there is one more input, {@code batches ()}.
 * For {@code x} of 16 bits, all but {@code x} and {@code y} is in f32.
 *
 * @param epsilon   added to the variance
 * @param averaging update of the running statistics
 */
@WithMethods
public record BatchNormalization(double epsilon, Averaging averaging, Mode mode)
        implements Op, BatchNormalizationBuilder.With {

    /** The statistics that normalise. */
    public enum Mode {
        /** The batch's. */
        TRAINING,
        /**
         * The running statistics, in training: constants without a gradient. Or, in their place, statistics that the
         * graph computes, which have one.
         */
        FROZEN,
        /** The running statistics, in inference. */
        INFERENCE
    }

    public BatchNormalization {
        if (!(epsilon >= 0)) {
            throw new IllegalArgumentException("batch_normalization: epsilon must not be negative, got " + epsilon);
        }
    }

    /** Returns the operation with PyTorch's defaults: epsilon 1e-5, momentum 0.1. */
    public static BatchNormalization standard() {
        return new BatchNormalization(1e-5, new Averaging.Exponential(0.1), Mode.TRAINING);
    }

    @Override
    public String name() {
        return "batch_normalization";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        int arity = switch (averaging) {
            case Averaging.Exponential _ -> 5;
            case Averaging.Cumulative _ -> 6;
        };
        Shapes.arity(this, inputs, arity, arity);
        Shapes.floating(this, inputs);
        TensorType x = inputs.getFirst();
        if (x.shape().rank() < 2) {
            throw new IllegalArgumentException("batch_normalization: x needs a batch and a channel dimension, got "
                    + x);
        }
        TensorType channels = x.withShape(Shape.of(x.shape().extent(1))).accumulated();
        Shapes.same(this, "scale", inputs.get(1), channels);
        Shapes.same(this, "shift", inputs.get(2), channels);
        Shapes.same(this, "running mean", inputs.get(3), channels);
        Shapes.same(this, "running variance", inputs.get(4), channels);
        if (arity == 6) {
            Shapes.same(this, "batches", inputs.get(5), x.withShape(Shape.of()).accumulated());
        }
        if (mode != Mode.TRAINING) {
            return List.of(x);
        }
        if (count(x.shape()) < 2) {
            throw new IllegalArgumentException(
                    "batch_normalization: training needs more than one value per channel, got "
                    + x + ": use a larger batch");
        }
        return List.of(x, channels, channels, new TensorType(DType.U8, x.shape()));
    }

    /** Returns the number of values per channel. */
    public static long count(Shape shape) {
        return shape.elements() / Math.max(1, shape.extent(1));
    }

    @Override
    public boolean isWorkspace(int output) {
        return output == 3;
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return (mode == Mode.TRAINING ? 8 : 2) * inputs.getFirst().shape().elements();
    }
}
