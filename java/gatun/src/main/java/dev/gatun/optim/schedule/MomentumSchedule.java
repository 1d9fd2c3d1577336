package dev.gatun.optim.schedule;

/**
 * The momentum that goes with a cycle of the learning rate: {@code of.momentum(k)}, absolute.
 *
 * @param of the cycle
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
