package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.RmsNormalization;
import dev.gatun.shape.Shape;

/**
 * RMS normalisation, {@code x / sqrt(mean(x^2) + epsilon) * weight} over the last dimension (Zhang and Sennrich, 2019).
 * Variable: {@code weight (features)}.
 *
 * @param epsilon added to the mean square
 */
public record RmsNorm(double epsilon) implements Layer {
    /** Creates a layer with the machine epsilon of f32, as in PyTorch. */
    public RmsNorm() {
        this(Math.ulp(1f));
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        Shape shape = input.type().shape();
        if (shape.rank() == 0) {
            throw new IllegalArgumentException(name + ": a tensor with a dimension wanted, got a scalar");
        }
        return graph.apply(name, new RmsNormalization(epsilon, RmsNormalization.Scaling.SCALE), input,
                Scales.accumulated(graph, name + ".weight", Shape.of(shape.extent(-1)), 1, input));
    }
}
