package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Gather;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A lookup of vectors by index: {@code (...) of i32 -> (..., width)}. Variable: {@code weight (rows, width)},
 * initialised from the standard normal distribution, with zeros for the padding, as in PyTorch.
 *
 * @param rows    number of indices
 * @param width   length of a vector
 * @param padding index whose vector is not trained, or {@link Gather#NO_PADDING}
 */
public record Embedding(long rows, long width, long padding) implements Layer {
    /** Creates an embedding of which all vectors are trained. */
    public Embedding(long rows, long width) {
        this(rows, width, Gather.NO_PADDING);
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        return apply(graph, name, input, DType.F32);
    }

    /** The same with vectors of another type. */
    public Value apply(GraphBuilder graph, String name, Value input, DType dtype) {
        Value weight = graph.variable(new Variable(name + ".weight", Shape.of(rows, width), Variable.Kind.WEIGHT,
                this::initialize), dtype);
        return graph.apply(name, new Gather(0, padding), weight, input);
    }

    private void initialize(float[] values, Shape shape, RandomGenerator random) {
        Initializers.normal(1).fill(values, shape, random);
        if (padding != Gather.NO_PADDING) {
            Arrays.fill(values, Math.toIntExact(padding * width), Math.toIntExact((padding + 1) * width), 0);
        }
    }
}
