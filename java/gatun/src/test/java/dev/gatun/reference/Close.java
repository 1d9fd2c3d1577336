package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Compares tensors. */
public final class Close {
    private Close() {}

    /** Every element is within {@code tolerance} times the largest element, and not below {@code tolerance} times 1. */
    public static void assertClose(String what, double[] actual, double[] expected, double tolerance) {
        double largest = 1;
        for (double value : expected) {
            largest = Double.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
        }
        assertThat(actual).as(what).containsExactly(expected, within(tolerance * largest));
    }
}
