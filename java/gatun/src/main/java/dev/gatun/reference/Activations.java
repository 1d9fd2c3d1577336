package dev.gatun.reference;

import dev.gatun.op.Activation;

/** What a kernel applies to its result before storing it. */
final class Activations {
    private Activations() {}

    static double apply(Activation activation, double value) {
        return switch (activation) {
            case NONE -> value;
            case RELU -> relu(value);
        };
    }

    /** Not Math.max(value, 0), to say plainly that NaN stays NaN. */
    static double relu(double value) {
        return value <= 0 ? 0 : value;
    }
}
