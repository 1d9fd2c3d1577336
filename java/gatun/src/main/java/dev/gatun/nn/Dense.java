package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Initializer;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Linear;
import dev.gatun.shape.Shape;

/**
 * A fully connected layer, {@code (N, features) -> (N, outputs)}. Variables: {@code weight (outputs, features)} and,
 * with a bias, {@code bias (outputs)}.
 */
public record Dense(long outputs, Bias bias, Initializer initializer) implements Layer {
    /** A bias and PyTorch's initialisation. */
    public Dense(long outputs) {
        this(outputs, Bias.WITH, Initializers.fanInUniform());
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        if (input.type().shape().rank() != 2) {
            throw new IllegalArgumentException(name + ": (N, features) wanted, got " + input.type().shape()
                    + ": put a Flatten before it");
        }
        Shape shape = Shape.of(outputs, input.type().shape().extent(1));
        Value weight = graph.variable(
                new Variable(name + ".weight", shape, Variable.Kind.WEIGHT, initializer), input.type().dtype());
        Linear op = new Linear();
        return switch (bias) {
            case WITH -> graph.apply(name, op, input, weight, Bias.variable(graph, name, input, outputs, shape));
            case WITHOUT -> graph.apply(name, op, input, weight);
        };
    }
}
