package dev.gatun.model;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Embedding;
import dev.gatun.nn.Layers;
import dev.gatun.nn.recurrent.Lstm;
import dev.gatun.nn.recurrent.RecurrentOptions;
import dev.gatun.shape.DType;

/**
 * A language model of characters (Graves, 2013): an embedding, an LSTM, and a linear layer that scores the next
 * character at each step. Variables: {@code embedding.weight}, {@code lstm.*} as {@link Lstm} names them, and
 * {@code fc.weight}, {@code fc.bias}.
 *
 * @param characters how many different ones there are
 * @param width      of an embedded character
 * @param hidden     width of the LSTM
 * @param options    of the LSTM
 */
public record CharacterLstm(long characters, long width, long hidden, RecurrentOptions options) {
    /** Two layers of 128, which read embeddings as wide. */
    public CharacterLstm(long characters) {
        this(characters, 128, 128, RecurrentOptions.DEFAULTS.withLayers(2));
    }

    /** One layer. */
    public CharacterLstm(long characters, long width, long hidden) {
        this(characters, width, hidden, RecurrentOptions.DEFAULTS);
    }

    /** Scores of the next character, {@code (N, steps)} of i32 {@code -> (N, steps, characters)} of f32. */
    public Value apply(GraphBuilder graph, Value text) {
        return apply(graph, text, DType.F32);
    }

    /** The same in another type. */
    public Value apply(GraphBuilder graph, Value text, DType dtype) {
        if (text.type().shape().rank() != 2) {
            throw new IllegalArgumentException("characters (N, steps) wanted, got " + text.type());
        }
        Value embedded = new Embedding(characters, width).apply(graph, "embedding", text, dtype);
        Value states = new Lstm(hidden, options).apply(graph, "lstm", embedded);
        return Layers.linear(characters).apply(graph, "fc", states);
    }
}
