package dev.gatun.optim.schedule.text;

import dev.gatun.optim.schedule.CyclesMomentum;
import dev.gatun.optim.schedule.HyperparameterSchedules;
import dev.gatun.optim.schedule.RunLength;
import dev.gatun.optim.schedule.Schedule;
import dev.gatun.optim.schedule.WarmUpSchedule;
import dev.gatun.options.WithMethods;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;
import org.jspecify.annotations.Nullable;

/**
 * The schedules of the hyper-parameters in a run.
 *
 * @param learningRate schedule of the learning rate
 * @param momentum     schedule of the momentum, or of the first beta; a cycle means its
 *                     {@link CyclesMomentum#momentumSchedule}
 * @param weightDecay  schedule of the weight decay; a weight decay of 0 stays 0
 * @param warmUp       length of a warm-up before the schedule of the learning rate; null for the schedule's own
 */
@WithMethods
public record RunSchedules(
        RunSchedule learningRate, RunSchedule momentum, RunSchedule weightDecay, @Nullable StepCount warmUp)
        implements RunSchedulesBuilder.With {
    /** Constant hyper-parameters. */
    public static final RunSchedules CONSTANT =
            new RunSchedules(RunSchedule.CONSTANT, RunSchedule.AUTO, RunSchedule.CONSTANT, null);

    /** A learning rate that rises over the first twentieth, then falls to zero along half a cosine. */
    public static final RunSchedules COSINE = CONSTANT.withLearningRate(new RunSchedule.Stretched("cosine"));

    public RunSchedules {
        check("learning rate", learningRate);
        check("momentum", momentum);
        check("weight decay", weightDecay);
    }

    private static void check(String what, RunSchedule schedule) {
        String only = switch (schedule) {
            case RunSchedule.Auto _ -> "momentum";
            case RunSchedule.Plateau _ -> "learning rate";
            case RunSchedule.Exact _, RunSchedule.Stretched _ -> what;
        };
        if (!only.equals(what)) {
            throw new IllegalArgumentException((schedule instanceof RunSchedule.Auto ? "auto" : "plateau")
                    + " is for the " + only + ", not for the " + what);
        }
    }

    /**
     * Returns the schedules of a run of known length.
     *
     * @param numbers hyper-parameters that they apply to
     * @throws IllegalArgumentException if a count exceeds the run, or a hyper-parameter leaves its domain
     */
    public HyperparameterSchedules over(RunLength run, Hyperparameters numbers) {
        Schedule rate = warmedUp(run);
        HyperparameterSchedules schedules = new HyperparameterSchedules(rate, momentum(rate, run, numbers),
                over(weightDecay, run),
                learningRate instanceof RunSchedule.Plateau plateau ? plateau.options() : null);
        ScheduleCheck.check(schedules, numbers, run.steps());
        return schedules;
    }

    private Schedule momentum(Schedule rate, RunLength run, Hyperparameters numbers) {
        if (momentum instanceof RunSchedule.Auto) {
            return rate instanceof CyclesMomentum cycle && Scheduled.MOMENTUM.isIn(numbers)
                    ? cycle.momentumSchedule() : new Schedule.Constant();
        }
        Schedule own = over(momentum, run);
        return own instanceof CyclesMomentum cycle ? cycle.momentumSchedule() : own;
    }

    private Schedule warmedUp(RunLength run) {
        if (warmUp == null) {
            return over(learningRate, run);
        }
        long steps = warmUp.steps(run);
        return switch (learningRate) {
            case RunSchedule.Stretched stretched -> ScheduleKind.warmedUp(stretched.text(), run, steps);
            case RunSchedule.Exact exact -> WarmUpSchedule.before(exact.schedule(), steps);
            case RunSchedule.Plateau _, RunSchedule.Auto _ -> WarmUpSchedule.before(new Schedule.Constant(), steps);
        };
    }

    private static Schedule over(RunSchedule schedule, RunLength run) {
        return switch (schedule) {
            case RunSchedule.Stretched stretched -> stretched.over(run);
            case RunSchedule.Exact exact -> exact.schedule();
            case RunSchedule.Plateau _, RunSchedule.Auto _ -> new Schedule.Constant();
        };
    }
}
