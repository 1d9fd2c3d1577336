package dev.gatun.nn.loss;

import dev.gatun.graph.Value;

/** What losses demand of their inputs and numbers. */
final class Checks {
    private Checks() {}

    /** Broadcast, {@code (N, 1)} and {@code (N)} would compare everything with everything. */
    static void equal(String name, String what, Value a, String other, Value b) {
        if (!a.type().equals(b.type())) {
            throw new IllegalArgumentException(name + ": " + what + " " + a.type() + " and " + other + " " + b.type()
                    + " must be of one shape and type: " + other + " " + a.type() + " would fit");
        }
    }

    static void prediction(String name, Value prediction, Value target) {
        equal(name, "prediction", prediction, "target", target);
    }

    static void positive(String loss, String what, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(loss + ": " + what + " must be positive and finite, got " + value);
        }
    }

    static void notNegative(String loss, String what, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(loss + ": " + what + " must be finite and not negative, got " + value);
        }
    }

    static void finite(String loss, String what, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(loss + ": " + what + " must be finite, got " + value);
        }
    }
}
