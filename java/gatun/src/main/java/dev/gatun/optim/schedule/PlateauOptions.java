package dev.gatun.optim.schedule;

import dev.gatun.options.WithMethods;
import java.util.List;

/**
 * Options of {@link ReduceOnPlateau}, with PyTorch's meanings.
 *
 * @param mode          which way the metric improves
 * @param factor        what the value is multiplied by, at least 0 and below 1
 * @param patience      bad epochs that are tolerated: the next one reduces; at least 0
 * @param threshold     by how much the metric must improve; at least 0
 * @param thresholdMode whether the threshold is a share of the best metric
 * @param cooldown      epochs after a reduction in which bad ones do not count, at least 0
 * @param min           lowest values, absolute: one for all groups or one for each
 * @param eps           a reduction that would change the value by no more than this is left out; at least 0
 */
@WithMethods
public record PlateauOptions(
        Mode mode, double factor, long patience, double threshold, Threshold thresholdMode, long cooldown,
        List<Double> min, double eps) implements PlateauOptionsBuilder.With {

    /** Which way the metric improves. */
    public enum Mode {
        /** Downwards, as a loss. */
        MIN,
        /** Upwards, as an accuracy. */
        MAX
    }

    /** What counts as better than the best so far. */
    public enum Threshold {
        /**
         * {@code metric < best * (1 - threshold)}, or {@code metric > best * (1 + threshold)}. With a best below 0
         * these demand less than an improvement, as in PyTorch.
         */
        REL,
        /** {@code metric < best - threshold}, or {@code metric > best + threshold}. */
        ABS
    }

    /** PyTorch's: minimise, a tenth after 10 bad epochs, relative threshold 1e-4, no cool-down, min 0, eps 1e-8. */
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

    /** The same with another threshold. */
    public PlateauOptions withThreshold(double newThreshold, Threshold newMode) {
        return new PlateauOptions(mode, factor, patience, newThreshold, newMode, cooldown, min, eps);
    }

    /** The same with another lower bound for all groups. */
    public PlateauOptions withMin(double newMin) {
        return withMin(List.of(newMin));
    }

    private static void least(String what, double value) {
        if (!(value >= 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException("plateau: " + what + " must be at least 0 and finite, got " + value);
        }
    }
}
