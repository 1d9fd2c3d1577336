package dev.gatun.op.function;

import java.util.Locale;

/** The function of a {@link dev.gatun.op.Reduce}. */
public enum Reduction {
    /** The sum; 0 for no elements. */
    SUM,
    /** The mean; NaN for no elements. */
    MEAN,
    /**
     * The maximum; NaN if an element is NaN, minus infinity for no elements. Equal largest elements share the gradient
     * equally.
     */
    MAX;

    /** Returns the name in lower case: {@code sum}. */
    public String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }
}
