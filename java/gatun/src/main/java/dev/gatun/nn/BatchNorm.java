package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Averaging;
import dev.gatun.op.BatchNormalization;
import dev.gatun.shape.Shape;

/**
 * Batch normalisation of {@code (N, C, ...)} with running statistics. Variables, all {@code (C)}: with a scale and a
 * shift {@code weight} and {@code bias}, then {@code running_mean} and {@code running_var}; a cumulative average counts
 * batches in {@code num_batches_tracked ()}.
 *
 * @param epsilon    added to the variance
 * @param averaging  how the running statistics follow the batches
 * @param affine     whether there are a scale and a shift
 * @param statistics whose statistics normalise in training
 */
public record BatchNorm(double epsilon, Averaging averaging, Affine affine, Statistics statistics) implements Layer {
    /** Whether a scale and a shift, which are trained, follow a normalisation. */
    public enum Affine {
        WITH,
        WITHOUT
    }

    /** Whose statistics normalise in training; evaluation takes the running ones. */
    public enum Statistics {
        /** The batch's, which the running ones follow. */
        BATCH,
        /** The running ones, as constants that never change. */
        FROZEN
    }

    /** With an exponential average. */
    public BatchNorm(double epsilon, double momentum) {
        this(epsilon, new Averaging.Exponential(momentum), Affine.WITH, Statistics.BATCH);
    }

    /** PyTorch's defaults: 1e-5 and 0.1. */
    public BatchNorm() {
        this(1e-5, 0.1);
    }

    /** The same with running statistics that are means over all batches. */
    public BatchNorm cumulative() {
        return new BatchNorm(epsilon, new Averaging.Cumulative(), affine, statistics);
    }

    /** The same without a scale and a shift. */
    public BatchNorm withoutAffine() {
        return new BatchNorm(epsilon, averaging, Affine.WITHOUT, statistics);
    }

    /** The same by running statistics that never change, as where a trained body is tuned by small batches. */
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
            case WITH -> Scales.variable(graph, name, channels, start, input);
            case WITHOUT -> Scales.constant(graph, name, channels, start, input);
        };
    }

    private static Value buffer(GraphBuilder graph, String name, Shape shape, float start, Value input) {
        return Scales.variable(graph, name, shape, Variable.Kind.BUFFER, Initializers.constant(start), input);
    }
}
