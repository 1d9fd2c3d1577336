package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Initializer;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Broadcast;
import dev.gatun.op.Fill;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head self-attention, {@code (N, tokens, width) -> (N, tokens, width)}. Variables: a weight
 * {@code (3 * width, width)} and a bias {@code (3 * width)} of the projection to queries, keys and values, a weight
 * {@code (width, width)} and a bias {@code (width)} of the output projection; {@link Names} names them.
 *
 * @param heads   number of heads, which divides the width
 * @param mask    tokens that each token attends to
 * @param names   names of its variables
 * @param weights initial values of the weights; biases are initialised to zeros
 */
public record MultiHeadAttention(int heads, Mask mask, Names names, Initializer weights) implements Layer {
    /** Creates a layer with PyTorch's names and Glorot and Bengio's initialisation of the weights. */
    public MultiHeadAttention(int heads, Mask mask) {
        this(heads, mask, Names.PYTORCH, Initializers.xavierUniform(1));
    }

    /** The names of the variables in checkpoints. */
    public enum Names {
        /** {@code in_proj_weight}, {@code in_proj_bias}, {@code out_proj.weight}, {@code out_proj.bias}. */
        PYTORCH("in_proj_", "out_proj."),
        /** {@code qkv.weight}, {@code qkv.bias}, {@code proj.weight}, {@code proj.bias}. */
        TIMM("qkv.", "proj.");

        private final String inputs;
        private final String output;

        Names(String inputs, String output) {
            this.inputs = "." + inputs;
            this.output = "." + output;
        }
    }

    /** The tokens that a token attends to. */
    public enum Mask {
        /** All tokens. */
        NONE,
        /** The token itself and those before it. */
        CAUSAL
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        Shape shape = input.type().shape();
        if (shape.rank() != 3 || heads < 1 || shape.extent(2) % heads != 0) {
            throw new IllegalArgumentException(name + ": (N, tokens, width) with a width that " + heads
                    + " heads divide wanted, got " + shape);
        }
        long tokens = shape.extent(1);
        long width = shape.extent(2);
        Value projected = Dense.rows(graph, name + ".in_proj", input,
                weight(graph, name + names.inputs + "weight", 3 * width, width, input),
                bias(graph, name + names.inputs + "bias", 3 * width, input));
        List<Value> parts = TensorFunctions.split(graph, name + ".part", projected, -1, 3).stream().map(part ->
                TensorFunctions.transpose(graph, part.name() + ".heads",
                        TensorFunctions.reshape(graph, part.name() + ".rows", part,
                        shape.extent(0), tokens, heads, width / heads), 1, 2)).toList();
        Value attended = Attention.scaledDotProduct(graph, name + ".attention", parts.get(0), parts.get(1),
                parts.get(2), mask(graph, name + ".mask", tokens, input));
        Value rows = TensorFunctions.reshape(graph, name + ".joined",
                TensorFunctions.transpose(graph, name + ".back", attended, 1, 2), shape.extents());
        return Dense.rows(graph, name, rows, weight(graph, name + names.output + "weight", width, width, input),
                bias(graph, name + names.output + "bias", width, input));
    }

    private @Nullable Value mask(GraphBuilder graph, String name, long tokens, Value input) {
        return switch (mask) {
            case NONE -> null;
            case CAUSAL -> causal(graph, name, tokens, input.type());
        };
    }

    /**
     * Zeros on and below the diagonal, minus infinity above it. Rows of as many zeros as minus infinities, of which the
     * last is cut short, are read in rows that are one element shorter: each begins one element later in the pattern.
     */
    private static Value causal(GraphBuilder graph, String name, long tokens, TensorType type) {
        TensorType square = type.withShape(Shape.of(tokens, tokens));
        Value pattern = TensorFunctions.concat(graph, name + ".pattern", 1,
                filled(graph, name + ".seen", square, 0),
                filled(graph, name + ".unseen", square, Double.NEGATIVE_INFINITY));
        long elements = 2 * tokens * tokens;
        Value cut = TensorFunctions.slice(graph, name + ".cut",
                TensorFunctions.reshape(graph, name + ".flat", pattern, elements), 0, 0,
                elements - tokens);
        Value shifted = TensorFunctions.reshape(graph, name + ".shifted", cut, tokens, 2 * tokens - 1);
        return TensorFunctions.transpose(graph, name,
                TensorFunctions.slice(graph, name + ".upper", shifted, 1, 0, tokens), 0, 1);
    }

    private static Value filled(GraphBuilder graph, String name, TensorType type, double value) {
        return graph.apply(name, new Broadcast(type.shape()),
                graph.apply(name + ".number", new Fill(type.withShape(Shape.of()), value)));
    }

    private Value weight(GraphBuilder graph, String name, long outputs, long inputs, Value input) {
        return Scales.variable(graph, name, Shape.of(outputs, inputs), Variable.Kind.WEIGHT, weights, input);
    }

    private static Value bias(GraphBuilder graph, String name, long outputs, Value input) {
        return Scales.variable(graph, name, Shape.of(outputs), Variable.Kind.BIAS, Initializers.constant(0), input);
    }
}
