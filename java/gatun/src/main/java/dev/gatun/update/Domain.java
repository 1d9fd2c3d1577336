package dev.gatun.update;

/** Checks of hyper-parameters, with uniform one-line messages. */
public final class Domain {
    private Domain() {}

    /**
     * Checks that a value is finite in f32.
     *
     * @throws IllegalArgumentException when it is not
     */
    public static void finite(String rule, String what, double value) {
        if (!(Math.abs(value) <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(rule + ": " + what + " must be finite, got " + value);
        }
    }

    /**
     * Checks that a value is at least 0, and finite in f32.
     *
     * @throws IllegalArgumentException when it is not
     */
    public static void atLeastZero(String rule, String what, double value) {
        if (!(value >= 0 && value <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(rule + ": " + what + " must be at least 0 and finite, got " + value);
        }
    }

    /** Checks the weight of an L1 term, which is multiplied by the learning rate where it is proximal. */
    public static void l1(String rule, double learningRate, double value) {
        atLeastZero(rule, "l1", value);
        if (learningRate * value > Float.MAX_VALUE) {
            throw new IllegalArgumentException(rule + ": learning rate times l1 must be finite, got " + learningRate
                    + " and " + value);
        }
    }

    /**
     * Checks that a value lies in {@code [0, 1)}.
     *
     * @throws IllegalArgumentException when it does not
     */
    public static void share(String rule, String what, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(rule + ": " + what + " must lie in [0, 1), got " + value);
        }
    }
}
