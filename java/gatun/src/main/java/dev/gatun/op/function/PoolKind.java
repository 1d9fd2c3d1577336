package dev.gatun.op.function;

import java.util.Locale;

/** Which value of a window is the result of a {@link dev.gatun.op.Pool}. */
public enum PoolKind {
    /** The largest; padding never wins, and the first of equal values does. */
    MAX,
    /** The mean; padding counts as zeros that take part in it. */
    AVERAGE;

    /** In lower case: {@code max}. */
    public String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }
}
