package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.shape.Shape;

/**
 * A leaky ReLU with learned slopes (He et al., 2015): {@code x} above 0, {@code weight * x} elsewhere, as an expression
 * of ReLUs, whose gradient at 0 is 0. Variable: {@code weight (slopes)}.
 *
 * @param slopes 1 for all elements, or the number of channels
 * @param start  initial value of every slope
 */
public record PRelu(long slopes, double start) implements Layer {
    /** Creates a layer with one slope, initially 0.25, as in PyTorch. */
    public PRelu() {
        this(1, 0.25);
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        Shape shape = input.type().shape();
        if (slopes != 1 && (shape.rank() < 2 || shape.extent(1) != slopes)) {
            throw new IllegalArgumentException(name + ": " + slopes + " slopes fit neither all elements nor the"
                    + " channels of " + shape + ": give 1 or their number");
        }
        Value weight = Scales.variable(graph, name + ".weight", Shape.of(slopes), Variable.Kind.WEIGHT,
                Initializers.constant((float) start), input);
        if (slopes != 1) {
            weight = Scales.perChannel(graph, name + ".slopes", weight, shape.rank());
        }
        Value below = Functions.relu(graph, name + ".below", Functions.affine(graph, name + ".minus", -1, input, 0));
        return Functions.subtract(graph, name, Functions.relu(graph, name + ".above", input),
                Functions.multiply(graph, name + ".leak", below, weight));
    }
}
