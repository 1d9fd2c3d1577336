package dev.gatun.optim.schedule.text;

import dev.gatun.optim.schedule.HyperparameterSchedules;
import dev.gatun.optim.schedule.Schedule;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;

/** Checks that schedules keep hyper-parameters in their domains. */
public final class ScheduleCheck {
    /** So many steps are looked at one by one, and as many that are spread over the rest of a longer run. */
    private static final long MOST_CHECKS = 1L << 22;

    private ScheduleCheck() {}

    /**
     * Checks numbers at each step of a run; of a run of more than 2^22 steps at the first 2^22, at the last, and at as
     * many that are spread evenly between these.
     *
     * @param numbers base values of the hyper-parameters
     * @param steps   steps of the run, at least 1
     * @throws IllegalArgumentException with one line that names the schedule, the step, the value and the domain
     */
    public static void check(HyperparameterSchedules schedules, Hyperparameters numbers, long steps) {
        for (Scheduled what : Scheduled.values()) {
            if (schedules.moves(what, numbers)) {
                double base = what.of(numbers);
                for (long step = 0; step < steps; step = next(step, steps)) {
                    check(schedules.of(what), what, base, numbers, step, steps);
                }
            }
        }
    }

    private static long next(long step, long steps) {
        if (step < MOST_CHECKS || step >= steps - 1) {
            return step + 1;
        }
        return Math.min(steps - 1, step + Math.max(1, steps / MOST_CHECKS));
    }

    private static void check(
            Schedule schedule, Scheduled what, double base, Hyperparameters numbers, long step, long steps) {
        double value = schedule.value(base, step);
        try {
            what.check(numbers, value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the schedule of the " + what.words() + ", " + Schedules.words(schedule)
                    + ", gives " + Schedules.number(value) + " at step " + (step + 1) + " of " + steps + ": "
                    + e.getMessage(), e);
        }
    }
}
