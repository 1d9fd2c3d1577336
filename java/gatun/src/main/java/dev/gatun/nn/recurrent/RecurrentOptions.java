package dev.gatun.nn.recurrent;

import dev.gatun.nn.Bias;

/**
 * What recurrent layers may have besides their width.
 *
 * @param layers    one above the other
 * @param reading   in which directions each of them reads
 * @param bias      whether there are biases
 * @param dropout   the probability with which an element between two layers is zeroed
 */
public record RecurrentOptions(int layers, Reading reading, Bias bias, double dropout) {
    /** PyTorch's: one layer, forward, with biases. */
    public static final RecurrentOptions DEFAULTS = new RecurrentOptions(1, Reading.FORWARD, Bias.WITH, 0);

    /** In which directions a layer reads. */
    public enum Reading {
        /** From the first step to the last. */
        FORWARD,
        /** Both ways, by weights of their own; the results stand side by side. */
        BIDIRECTIONAL
    }

    public RecurrentOptions {
        if (layers < 1 || !(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("recurrent layers: at least one layer and a dropout in [0, 1) wanted,"
                    + " got " + layers + " and " + dropout);
        }
    }

    /** The same with another number of layers. */
    public RecurrentOptions withLayers(int newLayers) {
        return new RecurrentOptions(newLayers, reading, bias, dropout);
    }

    /** The same in both directions. */
    public RecurrentOptions bidirectional() {
        return new RecurrentOptions(layers, Reading.BIDIRECTIONAL, bias, dropout);
    }

    /** The same without biases. */
    public RecurrentOptions withoutBias() {
        return new RecurrentOptions(layers, reading, Bias.WITHOUT, dropout);
    }

    /** The same with another dropout between layers. */
    public RecurrentOptions withDropout(double newDropout) {
        return new RecurrentOptions(layers, reading, bias, newDropout);
    }
}
