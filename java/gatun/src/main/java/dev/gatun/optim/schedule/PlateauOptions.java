package dev.gatun.optim.schedule;

import dev.gatun.options.WithMethods;
import java.util.List;

/**
 * Options of {@link ReduceOnPlateau}, as in PyTorch.
 *
 * @param mode          direction in which the metric improves
 * @param factor        factor of a reduction, at least 0 and below 1
 * @param patience      number of bad epochs without a reduction; at least 0
 * @param threshold     least improvement of the metric; at least 0
 * @param thresholdMode whether the threshold is relative to the best metric
 * @param cooldown      epochs after a reduction in which bad ones do not count, at least 0
 * @param min           lowest values, absolute: one for all groups or one for each
 * @param eps           a reduction that would change the value by at most this is left out; at least 0
 */
@WithMethods
public record PlateauOptions(
        Mode mode, double factor, long patience, double threshold, Threshold thresholdMode, long cooldown,
        List<Double> min, double eps) implements PlateauOptionsBuilder.With {

    /** The direction in which the metric improves. */
    public enum Mode {
        /** It falls, as a loss. */
        MIN,
        /** It rises, as an accuracy. */
        MAX
    }

    /** The condition of an improvement over the best metric. */
    public enum Threshold {
        /**
         * {@code metric < best * (1 - threshold)}, or {@code metric > best * (1 + threshold)}. With a best below 0
         * these demand less than an improvement, as in PyTorch.
         */
        REL,
        /** {@code metric < best - threshold}, or {@code metric > best + threshold}. */
        ABS
    }

    /**
     * PyTorch's defaults: minimise, factor 0.1 after 10 bad epochs, relative threshold 1e-4, no cool-down, min 0, eps
     * 1e-8.
     */
    public static final PlateauOptions DEFAULTS =
            new PlateauOptions(Mode.MIN, 0.1, 10, 1e-4, Threshold.REL, 0, List.of(0.0), 1e-8);

    public PlateauOptions {
        min = List.copyOf(min);
        if (!(factor >= 0 && factor < 1)) {
            throw new IllegalArgumentException("plateau: factor must be at least 0 and below 1, got " + factor);
        }
        least("patience", (double) patience);
        least("cooldown", (double) cooldown);
        least("threshold", threshold);
        least("eps", eps);
        min.forEach(value -> least("min", value));
        if (min.isEmpty()) {
            throw new IllegalArgumentException("plateau: min must have one value, or one for each group");
        }
    }

    public PlateauOptions withThreshold(double newThreshold, Threshold newMode) {
        return new PlateauOptions(mode, factor, patience, newThreshold, newMode, cooldown, min, eps);
    }

    public PlateauOptions withMin(double newMin) {
        return withMin(List.of(newMin));
    }

    private static void least(String what, double value) {
        if (!(value >= 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException("plateau: " + what + " must be at least 0 and finite, got " + value);
        }
    }
}
