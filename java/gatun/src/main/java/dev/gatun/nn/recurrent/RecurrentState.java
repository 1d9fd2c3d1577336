package dev.gatun.nn.recurrent;

import dev.gatun.graph.Value;
import org.jspecify.annotations.Nullable;

/**
 * What recurrent layers know before the first step, or after the last: one row for each layer and direction, the
 * directions of a layer side by side, as in PyTorch.
 *
 * @param hidden {@code (layers * directions, N, hidden)}
 * @param cell   the same of an LSTM's cell states; null for a GRU
 */
public record RecurrentState(Value hidden, @Nullable Value cell) {}
