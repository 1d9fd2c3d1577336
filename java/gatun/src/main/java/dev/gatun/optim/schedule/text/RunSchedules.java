package dev.gatun.optim.schedule.text;

import dev.gatun.optim.schedule.CyclesMomentum;
import dev.gatun.optim.schedule.HyperparameterSchedules;
import dev.gatun.optim.schedule.RunLength;
import dev.gatun.optim.schedule.Schedule;
import dev.gatun.optim.schedule.WarmUpSchedule;
import dev.gatun.options.WithMethods;
import org.jspecify.annotations.Nullable;

/**
 * How the hyper-parameters move in a run.
 *
 * @param learningRate of the learning rate
 * @param momentum     of the momentum, or the first beta; a cycle stands for its
 *                     {@link CyclesMomentum#momentumSchedule}
 * @param weightDecay  of the weight decay; parameters without decay stay without
 * @param warmUp       steps in which the learning rate rises first; null for what the schedule itself has
 */
@WithMethods
public record RunSchedules(
        RunSchedule learningRate, RunSchedule momentum, RunSchedule weightDecay, @Nullable StepCount warmUp)
        implements RunSchedulesBuilder.With {
    /** Nothing moves. */
    public static final RunSchedules CONSTANT =
            new RunSchedules(RunSchedule.CONSTANT, RunSchedule.CONSTANT, RunSchedule.CONSTANT, null);

    /** The learning rate rises over the first twentieth, then falls along half a cosine to zero. */
    public static final RunSchedules COSINE = CONSTANT.withLearningRate(new RunSchedule.Stretched("cosine"));

    public RunSchedules {
        notPlateau("momentum", momentum);
        notPlateau("weight decay", weightDecay);
    }

    private static void notPlateau(String what, RunSchedule schedule) {
        if (schedule instanceof RunSchedule.Plateau) {
            throw new IllegalArgumentException("plateau is for the learning rate, not for the " + what);
        }
    }

    /**
     * The schedules of a run of known length.
     *
     * @throws IllegalArgumentException when a count does not fit into it
     */
    public HyperparameterSchedules over(RunLength run) {
        Schedule schedule = over(momentum, run);
        return new HyperparameterSchedules(warmedUp(run),
                schedule instanceof CyclesMomentum cycle ? cycle.momentumSchedule() : schedule, over(weightDecay, run),
                learningRate instanceof RunSchedule.Plateau plateau ? plateau.options() : null);
    }

    private Schedule warmedUp(RunLength run) {
        if (warmUp == null) {
            return over(learningRate, run);
        }
        long steps = warmUp.steps(run);
        return switch (learningRate) {
            case RunSchedule.Stretched stretched -> ScheduleKind.warmedUp(stretched.text(), run, steps);
            case RunSchedule.Exact exact -> WarmUpSchedule.before(exact.schedule(), steps);
            case RunSchedule.Plateau _ -> WarmUpSchedule.before(new Schedule.Constant(), steps);
        };
    }

    private static Schedule over(RunSchedule schedule, RunLength run) {
        return switch (schedule) {
            case RunSchedule.Stretched stretched -> stretched.over(run);
            case RunSchedule.Exact exact -> exact.schedule();
            case RunSchedule.Plateau _ -> new Schedule.Constant();
        };
    }
}
