package dev.gatun.compress.distill;

/**
 * A weight that moves linearly from its value at the first step of a run to that at the last, or stays.
 *
 * @param from weight at the first step, finite and not negative
 * @param to   weight at the last step, likewise
 */
public record Ramp(double from, double to) {
    /** A weight of 1. */
    public static final Ramp ONE = constant(1);

    private static final String RANGE = "..";

    public Ramp {
        if (!(from >= 0 && to >= 0) || Double.isInfinite(from) || Double.isInfinite(to)) {
            throw new IllegalArgumentException("a weight must be finite and not negative, got " + from
                    + (from == to ? "" : RANGE + to));
        }
    }

    /** Returns a weight that stays. */
    public static Ramp constant(double weight) {
        return new Ramp(weight, weight);
    }

    /** Returns whether the weight stays. */
    public boolean isConstant() {
        return from == to;
    }

    /**
     * Returns the weight at a step.
     *
     * @param step  step of the run, from 0
     * @param steps steps of the run, at least 1
     */
    public double at(long step, long steps) {
        return steps <= 1 ? from : from + (to - from) * Math.min(step, steps - 1) / (steps - 1);
    }

    /** Reads {@code 0.9} or {@code 1..0}. */
    static Ramp parse(String text) {
        int range = text.indexOf(RANGE);
        return range < 0 ? constant(Numbers.parse("weight", text))
                : new Ramp(Numbers.parse("weight", text.substring(0, range)),
                Numbers.parse("weight", text.substring(range + RANGE.length())));
    }

    String text() {
        return isConstant() ? Numbers.text(from) : Numbers.text(from) + RANGE + Numbers.text(to);
    }
}
