package dev.gatun.optim.schedule;

import dev.gatun.options.WithMethods;

/**
 * PyTorch's {@code CyclicLR} (Smith, 2017), which fixes the learning rate and the momentum.
 *
 * <p>With {@code x(k)} rising along a line from 0 to 1 in {@code up} steps, falling back to 0 in {@code down} steps and
 * so on, the learning rate is {@code base + (max - base) * x(k) * s(k)}, a factor, and the momentum
 * {@code maxMomentum - (maxMomentum - baseMomentum) * x(k) * s(k)}, an absolute value. The height {@code s} follows
 * from the mode. With {@code max = 1} the base value is PyTorch's {@code max_lr}, and {@code base} its
 * {@code base_lr / max_lr}.
 *
 * @param base         lower factor, at least 0
 * @param max          upper factor, at least 0
 * @param up           steps of the rising half, at least 1
 * @param down         steps of the falling half, at least 1
 * @param mode         how the height changes
 * @param gamma        for {@link Mode#EXP_RANGE}; above 0
 * @param baseMomentum momentum where the rate is highest, 0 .. 1, 1 excluded
 * @param maxMomentum  momentum where the rate is lowest, 0 .. 1, 1 excluded
 */
@WithMethods
public record CyclicSchedule(
        double base, double max, long up, long down, Mode mode, double gamma, double baseMomentum, double maxMomentum)
        implements CyclesMomentum, CyclicScheduleBuilder.With {

    /** How the height {@code s(k)} of the cycle changes. */
    public enum Mode {
        /** {@code s = 1}. */
        TRIANGULAR,
        /** {@code s = 1 / 2^n} after {@code n} whole cycles. */
        TRIANGULAR2,
        /** {@code s = gamma^k}. */
        EXP_RANGE
    }

    public CyclicSchedule {
        ScheduleDomain.atLeastZero("cyclic", "base", base);
        ScheduleDomain.atLeastZero("cyclic", "max", max);
        ScheduleDomain.count("cyclic", "up", up, 1);
        ScheduleDomain.count("cyclic", "down", down, 1);
        ScheduleDomain.positive("cyclic", "gamma", gamma);
        ScheduleDomain.momentum("cyclic", "base-momentum", baseMomentum);
        ScheduleDomain.momentum("cyclic", "max-momentum", maxMomentum);
    }

    /**
     * Returns the schedule with PyTorch's defaults: triangular, 2000 steps up and 2000 down, from {@code base} to 1,
     * momentum 0.9 to 0.8.
     */
    public static CyclicSchedule from(double base) {
        return new CyclicSchedule(base, 1, 2000, 2000, Mode.TRIANGULAR, 1, 0.8, 0.9);
    }

    public CyclicSchedule withSteps(long newUp, long newDown) {
        return new CyclicSchedule(base, max, newUp, newDown, mode, gamma, baseMomentum, maxMomentum);
    }

    /** Returns a copy in mode {@link Mode#EXP_RANGE}, with heights {@code gamma^k}. */
    public CyclicSchedule withExpRange(double newGamma) {
        return new CyclicSchedule(base, max, up, down, Mode.EXP_RANGE, newGamma, baseMomentum, maxMomentum);
    }

    /** Returns a copy with other momenta, at the highest and at the lowest rate. */
    public CyclicSchedule withMomenta(double atTop, double atBottom) {
        return new CyclicSchedule(base, max, up, down, mode, gamma, atTop, atBottom);
    }

    @Override
    public double factor(long steps) {
        return base + (max - base) * height(steps);
    }

    @Override
    public double momentum(long steps) {
        return maxMomentum - (maxMomentum - baseMomentum) * height(steps);
    }

    private double height(long steps) {
        ScheduleDomain.steps(steps);
        long cycle = up + down;
        long cycles = steps / cycle;
        long at = steps % cycle;
        double x = at <= up ? at / (double) up : (cycle - at) / (double) down;
        return x * switch (mode) {
            case TRIANGULAR -> 1;
            case TRIANGULAR2 -> Math.pow(0.5, (double) cycles);
            case EXP_RANGE -> Math.pow(gamma, (double) steps);
        };
    }
}
