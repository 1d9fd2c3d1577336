package dev.gatun.optim.schedule;

/**
 * A linear warm-up before any schedule (Goyal et al., 2017): {@code (from + (1 - from) * k / steps) * of(0)} while
 * {@code k < steps}, then {@code of(k - steps)}. For a schedule that starts at 1 this is PyTorch's {@code LinearLR} and
 * that schedule in {@code SequentialLR}. To warm up without delaying the schedule, multiply: {@link ChainedSchedule} of
 * {@link LinearSchedule} and the schedule.
 *
 * @param steps steps of the warm-up, at least 1
 * @param from  factor of the first step, at least 0
 * @param of    the schedule after the warm-up; the momentum of a cycle is not delayed with it
 */
public record WarmUpSchedule(long steps, double from, Schedule of) implements Schedule {
    public WarmUpSchedule {
        ScheduleDomain.count("warmup", "steps", steps, 1);
        ScheduleDomain.atLeastZero("warmup", "from", from);
    }

    /**
     * Returns a schedule preceded by the steps {@code 1 / (steps + 1)}, {@code 2 / (steps + 1)}, ..., as in
     * {@link Schedule.Cosine}; the schedule itself for 0 steps.
     *
     * @throws IllegalArgumentException if the schedule is a cycle, which starts low itself and defines the momentum too
     */
    public static Schedule before(Schedule of, long steps) {
        if (steps == 0) {
            return of;
        }
        if (of instanceof CyclesMomentum) {
            throw new IllegalArgumentException("a cycle warms up by itself: leave its warm-up out");
        }
        return new WarmUpSchedule(steps, 1.0 / (steps + 1), of);
    }

    @Override
    public double factor(long taken) {
        ScheduleDomain.steps(taken);
        return taken < steps ? ramp(taken) * of.factor(0) : of.factor(taken - steps);
    }

    @Override
    public double value(double base, long taken) {
        ScheduleDomain.steps(taken);
        return taken < steps ? ramp(taken) * of.value(base, 0) : of.value(base, taken - steps);
    }

    @Override
    public boolean isAbsolute() {
        return of.isAbsolute();
    }

    private double ramp(long taken) {
        return from + (1 - from) * taken / steps;
    }
}
