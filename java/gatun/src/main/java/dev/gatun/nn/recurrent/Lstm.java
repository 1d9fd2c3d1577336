package dev.gatun.nn.recurrent;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Layer;
import dev.gatun.op.function.RecurrentCell;

/**
 * Long short-term memory (Hochreiter and Schmidhuber, 1997) over sequences with the batch first:
 * {@code (N, steps, features) -> (N, steps, directions * hidden)}. Variables are PyTorch's, for layer {@code k}:
 * {@code weight_ih_lk (4*hidden, features)}, {@code weight_hh_lk (4*hidden, hidden)},
 * {@code bias_ih_lk (4*hidden)} and {@code bias_hh_lk (4*hidden)},
 * in blocks of input, forget, cell and output gate.
 * Where both directions are read, there are the same with {@code _reverse} behind.
 *
 * @param hidden width of the states
 */
public record Lstm(long hidden, RecurrentOptions options) implements Layer {
    /** One layer, forward, with biases. */
    public Lstm(long hidden) {
        this(hidden, RecurrentOptions.DEFAULTS);
    }

    /** The hidden states, from a state of zeros. */
    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        return stack(graph, name).output(input);
    }

    /** The hidden states and the last state, from a state of zeros. */
    public RecurrentResult run(GraphBuilder graph, String name, Value input) {
        return stack(graph, name).result(input);
    }

    /** The hidden states and the last state, from a given state. */
    public RecurrentResult run(GraphBuilder graph, String name, Value input, RecurrentState first) {
        return stack(graph, name).from(first).result(input);
    }

    private RecurrentStack stack(GraphBuilder graph, String name) {
        return new RecurrentStack(graph, name, RecurrentCell.LSTM, hidden, options);
    }
}
