package dev.gatun.op.function;

import java.util.Locale;

/** The form of the result of a {@link dev.gatun.op.Softmax}. */
public enum SoftmaxKind {
    /** Probabilities: {@code exp(x) / sum(exp(x))}. */
    SOFTMAX,
    /** Their logarithms, which do not underflow: {@code x - log(sum(exp(x)))}. */
    LOG_SOFTMAX;

    /** Returns the name in lower case: {@code log_softmax}. */
    public String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }
}
