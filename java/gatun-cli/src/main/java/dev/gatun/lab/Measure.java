package dev.gatun.lab;

import java.util.List;

/**
 * A quantity measured for every contender.
 *
 * @param name   name of one word
 * @param key    key in files
 * @param unit   format of the values
 * @param better which values are better
 * @param ranked whether it is included in the criterion's rank
 * @param values one value for each contender, in their order; NaN if it was not measured, infinite if it was never
 *               reached
 */
public record Measure(String name, String key, Unit unit, Better better, boolean ranked, List<Double> values) {
    /** The direction of better values. */
    public enum Better {
        /** Higher values. */
        HIGHER,
        /** Lower values. */
        LOWER
    }

    /** The format of a value. */
    public enum Unit {
        /** A fraction, as percent. */
        SHARE,
        /** A difference of fractions, as percentage points. */
        POINTS,
        /** A plain number. */
        NUMBER,
        /** A duration in seconds. */
        SECONDS
    }

    public Measure {
        values = List.copyOf(values);
    }

    /** Returns the formatted value of a contender. */
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
