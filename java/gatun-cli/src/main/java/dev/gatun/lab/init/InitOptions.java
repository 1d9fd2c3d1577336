package dev.gatun.lab.init;

import java.util.List;

/**
 * A network of linear layers without biases, each followed by a ReLU, and how its weights begin: normal, with the
 * variance {@code v / n} for layers of {@code n} inputs.
 *
 * @param depth     layers before the last one, which tells classes apart
 * @param width     outputs of each of them
 * @param variances the factors {@code v}
 * @param examples  images that norms are means over
 * @param seeds     networks of each variance, whose norms are averaged as logarithms
 */
public record InitOptions(int depth, int width, List<Double> variances, int examples, int seeds) {
    /** 50 layers of 256 outputs, and the variances of the three outcomes. */
    public static final InitOptions DEFAULTS = new InitOptions(50, 256, List.of(1.0, 2.0, 3.0), 64, 3);

    /** @throws IllegalArgumentException when a count is below 1, or a variance not above 0 */
    public InitOptions {
        variances = List.copyOf(variances);
        if (depth < 2 || width < 1 || examples < 1 || seeds < 1) {
            throw new IllegalArgumentException("at least two layers, an output, an example and a seed are wanted, got "
                    + depth + ", " + width + ", " + examples + " and " + seeds);
        }
        if (variances.isEmpty() || variances.stream().anyMatch(each -> !(each > 0) || each.isInfinite())) {
            throw new IllegalArgumentException("variances must be above 0 and finite, got " + variances);
        }
    }
}
