package dev.gatun.op.function;

import java.util.Locale;

/** In which form a {@link dev.gatun.op.Softmax} gives its probabilities. */
public enum SoftmaxKind {
    /** As they are: {@code exp(x) / sum(exp(x))}. */
    SOFTMAX,
    /** Their logarithms, which do not vanish: {@code x - log(sum(exp(x)))}. */
    LOG_SOFTMAX;

    /** In lower case: {@code log_softmax}. */
    public String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }
}
