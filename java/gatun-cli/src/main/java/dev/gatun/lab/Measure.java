package dev.gatun.lab;

import java.util.List;

/**
 * One number of every contender.
 *
 * @param name   for people, one word
 * @param key    for files
 * @param unit   how it is written
 * @param better which values are better
 * @param ranked whether it counts for the criterion's rank
 * @param values one for each contender, in their order; NaN where there is none, infinite where it never came
 */
public record Measure(String name, String key, Unit unit, Better better, boolean ranked, List<Double> values) {
    /** Which values are better. */
    public enum Better {
        /** Higher ones. */
        HIGHER,
        /** Lower ones. */
        LOWER
    }

    /** How a value is written. */
    public enum Unit {
        /** A share, as percent. */
        SHARE,
        /** A difference of shares, as percentage points. */
        POINTS,
        /** A plain number. */
        NUMBER,
        /** A time. */
        SECONDS
    }

    public Measure {
        values = List.copyOf(values);
    }

    /** The value of a contender for people. */
    public String text(int contender) {
        double value = values.get(contender);
        if (Double.isInfinite(value)) {
            return "never";
        }
        return Double.isNaN(value) ? "-" : switch (unit) {
            case SHARE -> Texts.percent(value);
            case POINTS -> Texts.number(100 * value);
            case NUMBER -> Texts.number(value);
            case SECONDS -> Texts.number(value) + " s";
        };
    }

    double[] ranks() {
        return Ranks.of(values.stream().mapToDouble(Double::doubleValue).toArray(), better);
    }
}
