package dev.gatun.op.function;

import java.util.Locale;

/**
 * What a recurrent layer does at each step, from {@code a = W_ih x + b_ih} and {@code b = W_hh h + b_hh}, both of as
 * many blocks of the layer's width as there are gates. Blocks come in the order of their names; formulas are PyTorch's.
 */
public enum RecurrentCell {
    /**
     * Long short-term memory (Hochreiter and Schmidhuber, 1997), gates {@code i, f, g, o} of {@code a + b}:
     * {@code c' = sigmoid(f) c + sigmoid(i) tanh(g)}, {@code h' = sigmoid(o) tanh(c')}.
     */
    LSTM(4),
    /**
     * Gated recurrent unit (Cho et al., 2014), gates {@code r, z, n}, with the reset behind the product:
     * {@code r = sigmoid(a_r + b_r)}, {@code z = sigmoid(a_z + b_z)}, {@code n = tanh(a_n + r b_n)},
     * {@code h' = (1 - z) n + z h}.
     */
    GRU(3);

    private final int gates;

    RecurrentCell(int gates) {
        this.gates = gates;
    }

    /** How many blocks the weights have. */
    public int gates() {
        return gates;
    }

    /** Whether a cell's state goes from step to step beside the hidden one. */
    public boolean hasCellState() {
        return switch (this) {
            case LSTM -> true;
            case GRU -> false;
        };
    }

    /** In lower case: {@code lstm}. */
    public String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }
}
