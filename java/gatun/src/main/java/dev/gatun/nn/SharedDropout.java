package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.Dropout;
import dev.gatun.op.Fill;
import dev.gatun.shape.Shape;
import java.util.Arrays;

/**
 * A dropout whose elements share their fate: ones are dropped, one for each channel or example, and what is left
 * multiplies. What is dropped does not depend on how the tensor lies in memory. Inference leaves all of it out.
 *
 * @param rate    the probability of being zeroed; what stays is scaled by {@code 1 / (1 - rate)}
 * @param dropped what is zeroed as a whole
 */
public record SharedDropout(double rate, Dropped dropped) implements Layer {
    /** What is zeroed as a whole. */
    public enum Dropped {
        /** A channel of an example. */
        CHANNELS(2),
        /** An example. */
        EXAMPLES(1);

        private final int dimensions;

        Dropped(int dimensions) {
            this.dimensions = dimensions;
        }
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        Shape shape = input.type().shape();
        if (shape.rank() < dropped.dimensions) {
            throw new IllegalArgumentException(name + ": " + dropped.dimensions + " dimensions and more wanted, got "
                    + shape);
        }
        long[] extents = shape.extents().clone();
        Arrays.fill(extents, dropped.dimensions, extents.length, 1);
        Value ones = graph.apply(name + ".ones", new Fill(input.type().withShape(Shape.of(extents)), 1));
        Value mask = graph.apply(name + ".mask", new Dropout(rate, name.hashCode()), ones);
        return Functions.multiply(graph, name, input, mask);
    }
}
