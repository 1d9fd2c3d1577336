package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.Reduce;
import dev.gatun.op.function.Reduction;
import dev.gatun.shape.Shape;

/**
 * RMS normalisation, {@code x / sqrt(mean(x^2) + epsilon) * weight} over the last dimension (Zhang and Sennrich, 2019),
 * as an expression of operations. Variable: {@code weight (features)}.
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
        Value squares = Functions.square(graph, name + ".square", input);
        Value mean = graph.apply(name + ".mean",
                Reduce.over(Reduction.MEAN, shape.rank() - 1).withReduced(Reduce.Axes.KEPT), squares);
        Value root = Functions.sqrt(graph, name + ".root", Functions.affine(graph, name + ".sum", 1, mean, epsilon));
        return Functions.multiply(graph, name, Functions.divide(graph, name + ".normal", input, root),
                Scales.variable(graph, name + ".weight", Shape.of(shape.extent(-1)), 1, input));
    }
}
