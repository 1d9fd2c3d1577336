package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Averaging;
import dev.gatun.op.BatchNormalization;
import dev.gatun.shape.Shape;

/**
 * Batch normalisation of {@code (N, C, ...)} with running statistics. Variables, all {@code (C)}: {@code weight} (the
 * scale) and {@code bias} (the shift) if affine, then {@code running_mean} and {@code running_var}; a cumulative
 * average also counts batches in {@code num_batches_tracked ()}.
 *
 * @param epsilon    added to the variance
 * @param averaging  how the running statistics are updated
 * @param affine     whether the layer has a scale and a shift
 * @param statistics statistics that normalise in training
 */
public record BatchNorm(double epsilon, Averaging averaging, Affine affine, Statistics statistics) implements Layer {
    /** Whether a trained scale and shift follow a normalisation. */
    public enum Affine {
        WITH,
        WITHOUT
    }

    /** The statistics that normalise in training; evaluation always uses the running statistics. */
    public enum Statistics {
        /** The statistics of the batch, which update the running statistics. */
        BATCH,
        /** The running statistics, which never change. */
        FROZEN
    }

    /** Creates a layer whose running statistics are exponential averages. */
    public BatchNorm(double epsilon, double momentum) {
        this(epsilon, new Averaging.Exponential(momentum), Affine.WITH, Statistics.BATCH);
    }

    /** Creates a layer with PyTorch's defaults: epsilon 1e-5, momentum 0.1. */
    public BatchNorm() {
        this(1e-5, 0.1);
    }

    /** Returns a copy whose running statistics are means over all batches. */
    public BatchNorm cumulative() {
        return new BatchNorm(epsilon, new Averaging.Cumulative(), affine, statistics);
    }

    /** Returns a copy without scale and shift. */
    public BatchNorm withoutAffine() {
        return new BatchNorm(epsilon, averaging, Affine.WITHOUT, statistics);
    }

    /** Returns a copy that always normalises by the running statistics, for fine-tuning with small batches. */
    public BatchNorm frozen() {
        return new BatchNorm(epsilon, averaging, affine, Statistics.FROZEN);
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        if (input.type().shape().rank() < 2) {
            throw new IllegalArgumentException(name + ": batch normalisation takes (N, C, ...), got "
                    + input.type().shape());
        }
        BatchNormalization op = new BatchNormalization(epsilon, averaging, switch (statistics) {
            case BATCH -> BatchNormalization.Mode.TRAINING;
            case FROZEN -> BatchNormalization.Mode.FROZEN;
        });
        Shape channels = Shape.of(input.type().shape().extent(1));
        Value weight = affine(graph, name + ".weight", channels, 1, input);
        Value bias = affine(graph, name + ".bias", channels, 0, input);
        Value mean = buffer(graph, name + ".running_mean", channels, 0, input);
        Value variance = buffer(graph, name + ".running_var", channels, 1, input);
        return switch (averaging) {
            case Averaging.Exponential _ -> graph.apply(name, op, input, weight, bias, mean, variance);
            case Averaging.Cumulative _ -> graph.apply(name, op, input, weight, bias, mean, variance,
                    buffer(graph, name + ".num_batches_tracked", Shape.of(), 0, input));
        };
    }

    private Value affine(GraphBuilder graph, String name, Shape channels, float start, Value input) {
        return switch (affine) {
            case WITH -> Scales.accumulated(graph, name, channels, start, input);
            case WITHOUT -> Scales.constant(graph, name, channels, start, input);
        };
    }

    private static Value buffer(GraphBuilder graph, String name, Shape shape, float start, Value input) {
        return Scales.accumulated(graph, name, shape, Variable.Kind.BUFFER, Initializers.constant(start), input);
    }
}
