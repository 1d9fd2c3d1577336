package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Initializer;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Linear;
import dev.gatun.op.Reshape;
import dev.gatun.shape.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A fully connected layer, {@code (..., features) -> (..., outputs)} with at least one dimension before them; four
 * dimensions, which are those of images, are refused.
 * Variables: {@code weight (outputs, features)} and, with a bias, {@code bias (outputs)}.
 */
public record Dense(long outputs, Bias bias, Initializer initializer) implements Layer {
    /** Creates a layer with a bias and PyTorch's initialisation. */
    public Dense(long outputs) {
        this(outputs, Bias.WITH, Initializers.fanInUniform());
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        int rank = input.type().shape().rank();
        if (rank < 2 || rank == 4) { // images are hardly ever meant as rows of pixels
            throw new IllegalArgumentException(name + ": (N, features) or (N, tokens, features) wanted, got "
                    + input.type().shape() + ": " + (rank == 4 ? "put a Flatten before it"
                    : "the first dimension is that of the examples, (1, features) for one of them"));
        }
        Shape shape = Shape.of(outputs, input.type().shape().extent(-1));
        Value weight = Scales.variable(
                graph, name + ".weight", shape, Variable.Kind.WEIGHT, initializer, input);
        return rows(graph, name, input, weight, switch (bias) {
            case WITH -> Bias.variable(graph, name, input, outputs, shape);
            case WITHOUT -> null;
        });
    }

    /** The layer on rows of any number of leading dimensions, with variables that are there already. */
    static Value rows(GraphBuilder graph, String name, Value input, Value weight, @Nullable Value bias) {
        Shape shape = input.type().shape();
        boolean matrix = shape.rank() == 2;
        long features = shape.extent(-1);
        Value rows = matrix ? input : TensorFunctions.reshape(
                graph, name + ".rows", input, shape.elements() / Math.max(1, features), features);
        Value y = bias == null ? graph.apply(name, new Linear(), rows, weight)
                : graph.apply(name, new Linear(), rows, weight, bias);
        return matrix ? y : graph.apply(name + ".tokens",
                new Reshape(shape.with(shape.rank() - 1, weight.type().shape().extent(0))), y);
    }
}
