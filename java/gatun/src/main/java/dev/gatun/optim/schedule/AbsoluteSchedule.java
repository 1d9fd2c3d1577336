package dev.gatun.optim.schedule;

/**
 * A schedule of absolute values instead of factors: {@code of.value(1, k)}, whatever the base. A momentum from 0.5 to
 * 0.9 is {@code new AbsoluteSchedule(new LinearSchedule(0.5, 0.9, 100))}.
 *
 * @param of the schedule
 */
public record AbsoluteSchedule(Schedule of) implements Schedule {
    @Override
    public double factor(long steps) {
        throw ScheduleDomain.noFactor("absolute");
    }

    @Override
    public double value(double base, long steps) {
        return of.value(1, steps);
    }

    @Override
    public boolean isAbsolute() {
        return true;
    }
}
