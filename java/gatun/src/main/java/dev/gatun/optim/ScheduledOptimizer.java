package dev.gatun.optim;

import dev.gatun.optim.schedule.HyperparameterSchedules;
import dev.gatun.optim.schedule.PlateauOptions;
import dev.gatun.optim.schedule.ReduceOnPlateau;
import dev.gatun.optim.schedule.Schedule;
import dev.gatun.optim.schedule.text.ScheduleCheck;
import dev.gatun.update.Scheduled;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Applies schedules to the hyper-parameters of an optimizer. Each group has its own base values, the optimizer's at
 * construction. A weight decay of 0 stays 0, whatever the schedule.
 */
public final class ScheduledOptimizer {
    private final Optimizer optimizer;
    private final HyperparameterSchedules schedules;
    private final double[] learningRates;
    private final double[] momenta;
    private final double[] decays;
    private @Nullable ReduceOnPlateau plateau;

    /**
     * Creates the schedules of an optimizer.
     *
     * @throws IllegalArgumentException if a schedule applies to a hyper-parameter that a group's rule does not have
     */
    public ScheduledOptimizer(Optimizer optimizer, HyperparameterSchedules schedules) {
        this.optimizer = optimizer;
        this.schedules = schedules;
        learningRates = bases(Scheduled.LEARNING_RATE);
        momenta = bases(Scheduled.MOMENTUM);
        decays = bases(Scheduled.WEIGHT_DECAY);
        PlateauOptions options = schedules.plateau();
        plateau = options == null ? null : new ReduceOnPlateau(options, learningRates);
    }

    /**
     * The values that a schedule starts from; none where nothing moves. The learning rate may move without a schedule.
     */
    private double[] bases(Scheduled what) {
        if (schedules.of(what) instanceof Schedule.Constant && what != Scheduled.LEARNING_RATE) {
            return new double[0];
        }
        double[] bases = new double[optimizer.groups()];
        double largest = 0;
        for (int i = 0; i < bases.length; i++) {
            bases[i] = what.of(optimizer.hyperparameters(i));
            largest = Math.max(largest, bases[i]);
        }
        if (what == Scheduled.WEIGHT_DECAY && largest == 0) {
            throw new IllegalArgumentException(
                    "there is no weight decay that could be scheduled: give one above 0, or leave its schedule out");
        }
        return bases;
    }

    /**
     * Checks that the hyper-parameters of all groups stay in their domains throughout a run of {@code steps} steps.
     *
     * @throws IllegalArgumentException with one line that names the schedule, the step, the value and the domain
     */
    public void check(long steps) {
        for (int i = 0; i < optimizer.groups(); i++) {
            ScheduleCheck.check(schedules, optimizer.hyperparameters(i), steps);
        }
    }

    /**
     * Sets the hyper-parameters of the step that follows {@code steps} steps. Allocates nothing.
     *
     * @throws IllegalArgumentException if a schedule leaves the domain of its hyper-parameter, which {@link #check}
     *                                  finds before a run
     */
    public void moveTo(long steps) {
        for (int i = 0; i < learningRates.length; i++) {
            double base = plateau == null ? learningRates[i] : plateau.value(i);
            optimizer.set(i, Scheduled.LEARNING_RATE, schedules.learningRate().value(base, steps));
        }
        for (int i = 0; i < momenta.length; i++) {
            optimizer.set(i, Scheduled.MOMENTUM, schedules.momentum().value(momenta[i], steps));
        }
        for (int i = 0; i < decays.length; i++) {
            if (decays[i] != 0) {
                optimizer.set(i, Scheduled.WEIGHT_DECAY, schedules.weightDecay().value(decays[i], steps));
            }
        }
    }

    /** Returns the current learning rate of the first group. */
    public double learningRate() {
        return optimizer.learningRate(0);
    }

    /** Reports the metric of an epoch, for schedules that reduce the learning rate on a plateau. */
    public void afterEpoch(double metric) {
        if (plateau != null) {
            plateau.step(metric);
        }
    }

    /**
     * Returns the state that a resumed run needs besides the number of steps: empty, or that of
     * {@link ReduceOnPlateau}.
     */
    public Map<String, Object> state() {
        return plateau == null ? Map.of() : plateau.state();
    }

    /**
     * Restores a state.
     *
     * @throws IllegalArgumentException when it does not fit these schedules; nothing is changed then
     */
    public void restore(Map<String, ?> state) {
        if (state.isEmpty() != (plateau == null)) {
            throw new IllegalArgumentException(
                    "one of the two runs lowers its learning rate on a plateau, the other does not");
        }
        if (plateau != null) {
            ReduceOnPlateau restored = ReduceOnPlateau.fromState(state);
            if (restored.values().size() != learningRates.length) {
                throw new IllegalArgumentException("the learning rate's plateau is of " + restored.values().size()
                        + " groups of parameters, this run has " + learningRates.length);
            }
            plateau = restored;
        }
    }
}
