package dev.gatun.nn.recurrent;

import dev.gatun.graph.Value;

/**
 * What recurrent layers give.
 *
 * @param output the hidden states of the last layer, {@code (N, steps, directions * hidden)}
 * @param last   all states after the last step
 */
public record RecurrentResult(Value output, RecurrentState last) {}
