package dev.gatun.nn.recurrent;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Layer;
import dev.gatun.op.function.RecurrentCell;

/**
 * Gated recurrent units (Cho et al., 2014) with the reset behind the product, as PyTorch's, over sequences with the
 * batch first: {@code (N, steps, features) -> (N, steps, directions * hidden)}. Variables for layer {@code k}:
 * {@code weight_ih_lk (3*hidden, features)}, {@code weight_hh_lk (3*hidden, hidden)},
 * {@code bias_ih_lk (3*hidden)} and {@code bias_hh_lk (3*hidden)},
 * in blocks of reset, update and new gate.
 * Where both directions are read, there are the same with {@code _reverse} behind.
 *
 * @param hidden width of the states
 */
public record Gru(long hidden, RecurrentOptions options) implements Layer {
    /** One layer, forward, with biases. */
    public Gru(long hidden) {
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
        return new RecurrentStack(graph, name, RecurrentCell.GRU, hidden, options);
    }
}
