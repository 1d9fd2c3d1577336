package dev.gatun.op.function;

import java.util.Locale;

/** What becomes of the elements that a {@link dev.gatun.op.Reduce} takes together. */
public enum Reduction {
    /** Their sum; 0 of none. */
    SUM,
    /** Their mean; NaN of none. */
    MEAN,
    /** The largest; NaN where one is NaN, minus infinity of none. Equal largest elements share the gradient equally. */
    MAX;

    /** In lower case: {@code sum}. */
    public String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }
}
