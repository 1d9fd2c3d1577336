package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Initializer;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.shape.Shape;
import java.util.List;

/**
 * Multi-head self-attention, {@code (N, tokens, width) -> (N, tokens, width)}. Variables: a weight
 * {@code (3 * width, width)} and a bias {@code (3 * width)} of the projection to queries, keys and values, a weight
 * {@code (width, width)} and a bias {@code (width)} of the output projection; {@link Names} names them.
 *
 * @param heads   number of heads, which divides the width
 * @param mask    tokens that each token attends to
 * @param names   names of its variables
 * @param weights initial values of the weights; biases are initialised to zeros
 * @param dropout probability with which an attention weight is dropped in training
 */
public record MultiHeadAttention(int heads, Mask mask, Names names, Initializer weights, double dropout)
        implements Layer {
    /** Creates a layer with PyTorch's names and Glorot and Bengio's initialisation of the weights. */
    public MultiHeadAttention(int heads, Mask mask) {
        this(heads, mask, Names.PYTORCH, Initializers.xavierUniform(1), 0);
    }

    /** Returns a copy with dropout of the attention weights. */
    public MultiHeadAttention withDropout(double newDropout) {
        return new MultiHeadAttention(heads, mask, names, weights, newDropout);
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
        String attention = name + ".attention";
        Value attended = switch (mask) {
            case NONE -> Attention.scaledDotProduct(
                    graph, attention, parts.get(0), parts.get(1), parts.get(2), null, dropout);
            case CAUSAL -> Attention.causal(graph, attention, parts.get(0), parts.get(1), parts.get(2), dropout);
        };
        Value rows = TensorFunctions.reshape(graph, name + ".joined",
                TensorFunctions.transpose(graph, name + ".back", attended, 1, 2), shape.extents());
        return Dense.rows(graph, name, rows, weight(graph, name + names.output + "weight", width, width, input),
                bias(graph, name + names.output + "bias", width, input));
    }

    private Value weight(GraphBuilder graph, String name, long outputs, long inputs, Value input) {
        return Scales.variable(graph, name, Shape.of(outputs, inputs), Variable.Kind.WEIGHT, weights, input);
    }

    private static Value bias(GraphBuilder graph, String name, long outputs, Value input) {
        return Scales.accumulated(graph, name, Shape.of(outputs), Variable.Kind.BIAS, Initializers.constant(0), input);
    }
}
