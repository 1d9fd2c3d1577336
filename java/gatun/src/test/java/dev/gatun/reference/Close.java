package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.jspecify.annotations.Nullable;

/**
 * Compares tensors. AssertJ compares numbers as decimal texts, which takes longer than most kernels: it is asked only
 * where something differs, for its message.
 */
public final class Close {
    private Close() {}

    /** Every element is within {@code tolerance} times the largest element, and not below {@code tolerance} times 1. */
    public static void assertClose(String what, double[] actual, double[] expected, double tolerance) {
        double largest = 1;
        for (double value : expected) {
            largest = Double.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
        }
        assertWithin(what, actual, expected, tolerance * largest);
    }

    /** Every element is within {@code distance}. */
    public static void assertWithin(String what, double @Nullable [] actual, double[] expected, double distance) {
        if (actual == null || !isWithin(actual, expected, distance)) {
            assertThat(actual).as(what).containsExactly(expected, within(distance));
        }
    }

    /** No NaN and no infinity is. */
    private static boolean isWithin(double[] actual, double[] expected, double distance) {
        boolean same = actual.length == expected.length;
        for (int i = 0; same && i < actual.length; i++) {
            same = Math.abs(actual[i] - expected[i]) <= distance;
        }
        return same;
    }
}
