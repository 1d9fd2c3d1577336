package dev.gatun.optim.schedule;

/**
 * The absolute momentum of a cycle of the learning rate: {@code of.momentum(k)}.
 *
 * @param of schedule of the learning rate
 */
public record MomentumSchedule(CyclesMomentum of) implements Schedule {
    @Override
    public double factor(long steps) {
        throw ScheduleDomain.noFactor("momentum");
    }

    @Override
    public double value(double base, long steps) {
        return of.momentum(steps);
    }

    @Override
    public boolean isAbsolute() {
        return true;
    }
}
