package dev.gatun.train.monitor;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The best epoch of a run so far, and how long ago the latest improvement was. For loops of one's own too:
 *
 * <pre>{@code
 * BestEpoch best = new BestEpoch(EarlyStopping.NEVER.withPatience(5));
 * for (int epoch = 1; !best.isOver(); epoch++) {
 *     train();
 *     if (best.add(epoch, step, validationLoss())) {
 *         save();
 *     }
 * }
 * }</pre>
 */
public final class BestEpoch {
    private static final String MONITOR = "monitor";
    private static final String EPOCH = "epoch";
    private static final String STEP = "step";
    private static final String VALUE = "value";
    private static final String REFERENCE = "compared_with";
    private static final String WAITED = "waited";

    private final EarlyStopping options;
    private long epoch;
    private long step;
    private double value;
    private double reference;
    private long waited;

    /** Begins a run. */
    public BestEpoch(EarlyStopping options) {
        this.options = options;
        value = options.monitor().worst();
        reference = value;
    }

    /**
     * Reports what was measured after an epoch; returns whether it is the best so far.
     *
     * @param newEpoch number of the epoch, from 1
     * @param newStep  steps done so far
     * @param measured the monitored quantity
     */
    public boolean add(long newEpoch, long newStep, double measured) {
        Monitor monitor = options.monitor();
        if (monitor.isBetter(measured, reference, options.delta())) {
            reference = measured;
            waited = 0;
        } else {
            waited++;
        }
        if (!monitor.isBetter(measured, value, 0)) {
            return false;
        }
        value = measured;
        epoch = newEpoch;
        step = newStep;
        return true;
    }

    /** Returns the options. */
    public EarlyStopping options() {
        return options;
    }

    /** Returns whether there is a best epoch: one whose quantity is a number. */
    public boolean exists() {
        return epoch > 0;
    }

    /** Returns the number of the best epoch, from 1; 0 before the first. */
    public long epoch() {
        return epoch;
    }

    /** Returns the steps that were done at its end. */
    public long step() {
        return step;
    }

    /** Returns the monitored quantity after it. */
    public double value() {
        return value;
    }

    /** Returns how many epochs in a row were no improvement. */
    public long waited() {
        return waited;
    }

    /** Returns whether patience is at its end. */
    public boolean isOver() {
        return options.isActive() && waited >= options.patience();
    }

    /** Begins to wait anew, as when a run that has ended is to go on. */
    public void restartPatience() {
        waited = 0;
    }

    /** Returns the state that a resumed run needs; empty before the first epoch. */
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        if (exists()) {
            state.put(MONITOR, options.monitor().name().toLowerCase(Locale.ROOT));
            state.put(EPOCH, epoch);
            state.put(STEP, step);
            state.put(VALUE, value);
            state.put(REFERENCE, reference);
            state.put(WAITED, waited);
        }
        return state;
    }

    /**
     * Restores a state.
     *
     * @throws IllegalArgumentException when it is damaged, or of another quantity; nothing is changed then
     */
    public void restore(Map<String, ?> state) {
        if (state.isEmpty()) {
            epoch = 0;
            step = 0;
            value = options.monitor().worst();
            reference = value;
            waited = 0;
            return;
        }
        String word = options.monitor().name().toLowerCase(Locale.ROOT);
        if (!word.equals(state.get(MONITOR))) {
            throw new IllegalArgumentException("its best epoch is by " + state.get(MONITOR) + ", this run's by "
                    + word);
        }
        if (state.get(EPOCH) instanceof Long newEpoch && newEpoch > 0
                && state.get(STEP) instanceof Long newStep && newStep >= 0
                && state.get(WAITED) instanceof Long newWaited && newWaited >= 0
                && state.get(VALUE) instanceof Number newValue && state.get(REFERENCE) instanceof Number newReference) {
            epoch = newEpoch;
            step = newStep;
            value = newValue.doubleValue();
            reference = newReference.doubleValue();
            waited = newWaited;
            return;
        }
        throw new IllegalArgumentException("its best epoch is damaged: " + state);
    }
}
