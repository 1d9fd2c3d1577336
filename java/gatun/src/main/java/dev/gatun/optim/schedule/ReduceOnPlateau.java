package dev.gatun.optim.schedule;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * PyTorch's {@code ReduceLROnPlateau}: reduces a hyper-parameter when a metric has stopped improving. It depends on
 * metrics, so it is not a {@link Schedule} but has a state, which must be saved.
 *
 * <p>After each epoch: a metric better than the best becomes the best, and the count of bad epochs starts again;
 * another one, also NaN, is a bad epoch. During a cool-down bad epochs are not counted. When there are more bad epochs
 * than the patience, each value becomes {@code max(value * factor, min)}, unless that changes it by no more than
 * {@code eps}; the cool-down begins and the count starts again.
 */
public final class ReduceOnPlateau {
    private final PlateauOptions options;
    private final double[] values;
    private double best;
    private long badEpochs;
    private long cooldownLeft;
    private long epochs;

    /**
     * Creates the state at the start of a run.
     *
     * @param initial initial values, one for each group
     */
    public ReduceOnPlateau(PlateauOptions options, double... initial) {
        if (initial.length == 0) {
            throw new IllegalArgumentException("plateau: needs at least one value");
        }
        if (options.min().size() != 1 && options.min().size() != initial.length) {
            throw new IllegalArgumentException("plateau: " + options.min().size() + " lower bounds for "
                    + initial.length + " values: give one, or one for each");
        }
        this.options = options;
        values = initial.clone();
        best = switch (options.mode()) {
            case MIN -> Double.POSITIVE_INFINITY;
            case MAX -> Double.NEGATIVE_INFINITY;
        };
    }

    /**
     * Restores a state, such as PyTorch's {@code state_dict()}. The options come from the state, as in PyTorch.
     *
     * @param state result of {@link #state}, possibly after a round trip through JSON; other keys are ignored
     * @throws IllegalArgumentException when a key is missing or its value is not of its kind
     */
    public static ReduceOnPlateau fromState(Map<String, ?> state) {
        return new PlateauState(state).restore();
    }

    /** Returns the state that an exact resume needs, under the keys of PyTorch's {@code state_dict()}. */
    public Map<String, Object> state() {
        return PlateauState.of(this);
    }

    /**
     * Updates the state with the metric of an epoch.
     *
     * @return whether it changed a value
     */
    public boolean step(double metric) {
        epochs++;
        if (isBetter(metric)) {
            best = metric;
            badEpochs = 0;
        } else {
            badEpochs++;
        }
        if (cooldownLeft > 0) {
            cooldownLeft--;
            badEpochs = 0;
        }
        if (badEpochs <= options.patience()) {
            return false;
        }
        cooldownLeft = options.cooldown();
        badEpochs = 0;
        return reduce();
    }

    /** Returns the value of the first group. */
    public double value() {
        return values[0];
    }

    /** Returns the value of a group. */
    public double value(int group) {
        return values[group];
    }

    /** Returns the values of all groups. */
    public List<Double> values() {
        return Arrays.stream(values).boxed().toList();
    }

    /** Returns the options. */
    public PlateauOptions options() {
        return options;
    }

    /** Returns the best metric so far; infinite before the first epoch. */
    public double best() {
        return best;
    }

    /** Returns the number of epochs since the last improvement, reduction or cool-down. */
    public long badEpochs() {
        return badEpochs;
    }

    /** Returns the number of epochs left of a cool-down. */
    public long cooldownLeft() {
        return cooldownLeft;
    }

    /** Returns the number of epochs reported. */
    public long epochs() {
        return epochs;
    }

    ReduceOnPlateau at(double bestMetric, long bad, long cooldown, long seen) {
        best = bestMetric;
        badEpochs = bad;
        cooldownLeft = cooldown;
        epochs = seen;
        return this;
    }

    List<Double> mins() {
        return options.min().size() == 1 ? Collections.nCopies(values.length, options.min().getFirst()) : options.min();
    }

    private boolean isBetter(double metric) {
        double threshold = options.threshold();
        return switch (options.mode()) {
            case MIN -> metric < switch (options.thresholdMode()) {
                case REL -> best * (1 - threshold);
                case ABS -> best - threshold;
            };
            case MAX -> metric > switch (options.thresholdMode()) {
                case REL -> best * (threshold + 1);
                case ABS -> best + threshold;
            };
        };
    }

    private boolean reduce() {
        boolean changed = false;
        List<Double> mins = mins();
        for (int i = 0; i < values.length; i++) {
            double lower = Math.max(values[i] * options.factor(), mins.get(i));
            if (values[i] - lower > options.eps()) {
                values[i] = lower;
                changed = true;
            }
        }
        return changed;
    }
}
