package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.BatchNormalization;
import dev.gatun.shape.Shape;

/**
 * Batch normalisation with scale, shift and running statistics. Variables, all {@code (C)}: {@code weight} (the scale),
 * {@code bias} (the shift), {@code running_mean}, {@code running_var}.
 *
 * @param epsilon  added to the variance
 * @param momentum weight of the new batch in the running statistics
 */
public record BatchNorm(double epsilon, double momentum) implements Layer {
    /** PyTorch's defaults: 1e-5 and 0.1. */
    public BatchNorm() {
        this(1e-5, 0.1);
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        return graph.apply(name, BatchNormalization.standard().with(epsilon, momentum), input,
                channel(graph, name + ".weight", input, Variable.Kind.NORMALIZATION, 1),
                channel(graph, name + ".bias", input, Variable.Kind.NORMALIZATION, 0),
                channel(graph, name + ".running_mean", input, Variable.Kind.BUFFER, 0),
                channel(graph, name + ".running_var", input, Variable.Kind.BUFFER, 1));
    }

    private static Value channel(GraphBuilder graph, String name, Value input, Variable.Kind kind, float start) {
        Shape channels = Shape.of(input.type().shape().extent(1));
        return graph.variable(new Variable(name, channels, kind, Initializers.constant(start)), input.type().dtype());
    }
}
