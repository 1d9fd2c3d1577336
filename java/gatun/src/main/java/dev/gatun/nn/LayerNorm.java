package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.LayerNormalization;
import dev.gatun.shape.Shape;

/**
 * Layer normalisation over trailing dimensions. Variables, both of the trailing extents: {@code weight} (the scale) and
 * {@code bias} (the shift).
 *
 * @param axes    number of trailing dimensions that are normalised together
 * @param epsilon added to the variance
 */
public record LayerNorm(int axes, double epsilon) implements Layer {
    /** Creates a normalisation of the last dimension, with PyTorch's epsilon of 1e-5. */
    public LayerNorm() {
        this(1, 1e-5);
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        LayerNormalization op =
                new LayerNormalization(axes, epsilon, LayerNormalization.Scaling.SCALE_AND_SHIFT);
        if (input.type().shape().rank() <= axes) {
            throw new IllegalArgumentException(name + ": " + input.type().shape() + " has no rows besides the " + axes
                    + " dimensions that are normalised");
        }
        Shape features = op.features(input.type().shape());
        return graph.apply(name, op, input,
                Scales.accumulated(graph, name + ".weight", features, 1, input),
                Scales.accumulated(graph, name + ".bias", features, 0, input));
    }
}
