package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.Dropout;
import dev.gatun.op.Fill;
import dev.gatun.shape.Shape;
import java.util.Arrays;

/**
 * Dropout of whole channels or examples: a mask of one element for each is dropped out and multiplies the input. The
 * mask does not depend on the tensor's layout. Inference leaves it out.
 *
 * @param rate    probability of being zeroed; the rest is scaled by {@code 1 / (1 - rate)}
 * @param dropped unit that is zeroed as a whole
 */
public record SharedDropout(double rate, Dropped dropped) implements Layer {
    /** The unit that is zeroed as a whole. */
    public enum Dropped {
        /** Each channel of each example. */
        CHANNELS(2),
        /** Each example. */
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
