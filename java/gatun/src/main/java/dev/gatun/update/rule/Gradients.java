package dev.gatun.update.rule;

/** What the rules make of a gradient, and of weight decay, before they begin. */
final class Gradients {
    private Gradients() {}

    /** The gradient to go down, with the L1 term and L2 decay. */
    static double of(Direction direction, double l1, double decay, double weight, double gradient) {
        return (direction == Direction.MAXIMIZE ? -gradient : gradient) + l1 * Math.signum(weight) + decay * weight;
    }

    /**
     * {@code keep * average + (1 - keep) * value} as PyTorch's {@code lerp_} computes it: an average that is infinite
     * is NaN afterwards.
     */
    static double averaged(double keep, double average, double value) {
        return average + (1 - keep) * (value - average);
    }

    /** -1, 0 or 1; 0 for a NaN, as PyTorch has it. */
    static double sign(double value) {
        return Double.isNaN(value) ? 0 : Math.signum(value);
    }

    /** The share of weight decay that enters the gradient. */
    static double coupled(Decay kind, double decay) {
        return switch (kind) {
            case COUPLED -> decay;
            case DECOUPLED -> 0;
        };
    }

    /** The weight after decoupled decay, if it is. */
    static double decayed(Decay kind, double learningRate, double decay, double weight) {
        return switch (kind) {
            case COUPLED -> weight;
            case DECOUPLED -> weight * (1 - learningRate * decay);
        };
    }
}
