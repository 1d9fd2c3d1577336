package dev.gatun.chart;

import java.util.List;

/**
 * An axis of a chart.
 *
 * @param name       what it measures, with its unit
 * @param scale      how values become places
 * @param low        value at its beginning; NaN for the least of the data
 * @param high       value at its end; NaN for the greatest of the data
 * @param categories labels of the values 0, 1, 2, ...; empty for numbers
 */
public record Axis(String name, Scale scale, double low, double high, List<String> categories) {
    /** How values become places. */
    public enum Scale {
        /** Equal differences are equally long. */
        LINEAR,
        /** The same, of whole numbers: marks are whole too. */
        WHOLE,
        /** Equal ratios are equally long; values that are not positive are left out. */
        LOGARITHMIC
    }

    /** Checks that the axis has a name. */
    public Axis {
        if (name.isBlank()) {
            throw new IllegalArgumentException("an axis needs a name");
        }
        if (scale == Scale.LOGARITHMIC && (low <= 0 || high <= 0)) {
            throw new IllegalArgumentException("a logarithmic axis begins above 0, got " + low + " to " + high);
        }
        categories = List.copyOf(categories);
    }

    /** Returns an axis of numbers over the range of the data. */
    public static Axis linear(String name) {
        return new Axis(name, Scale.LINEAR, Double.NaN, Double.NaN, List.of());
    }

    /** Returns an axis of whole numbers over the range of the data. */
    public static Axis whole(String name) {
        return new Axis(name, Scale.WHOLE, Double.NaN, Double.NaN, List.of());
    }

    /** Returns a logarithmic axis over the range of the data. */
    public static Axis logarithmic(String name) {
        return new Axis(name, Scale.LOGARITHMIC, Double.NaN, Double.NaN, List.of());
    }

    /** Returns an axis with a label at each whole number from 0 on. */
    public static Axis of(String name, List<String> categories) {
        return new Axis(name, Scale.LINEAR, 0, Math.max(1, categories.size() - 1), categories);
    }

    /** Returns the same axis over a range. */
    public Axis between(double newLow, double newHigh) {
        return new Axis(name, scale, newLow, newHigh, categories);
    }

    /** Returns whether the axis can show a value. */
    boolean shows(double value) {
        return Double.isFinite(value) && (scale != Scale.LOGARITHMIC || value > 0);
    }

    /** The place of a value on a scale whose equal lengths are equal differences. */
    double place(double value) {
        return scale == Scale.LOGARITHMIC ? Math.log10(value) : value;
    }
}
