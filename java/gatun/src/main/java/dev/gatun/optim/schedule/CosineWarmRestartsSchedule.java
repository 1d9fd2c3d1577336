package dev.gatun.optim.schedule;

/**
 * PyTorch's {@code CosineAnnealingWarmRestarts} (SGDR: Loshchilov and Hutter, 2017): half a cosine over {@code first}
 * steps, then again from 1 over {@code first * multiplier} steps, and so on:
 * {@code min + (1 - min) * (1 + cos(pi * j / n)) / 2} at step {@code j} of a period of {@code n} steps.
 *
 * @param first      steps of the first period, PyTorch's {@code T_0}, at least 1
 * @param multiplier ratio of the length of a period to the previous one's, PyTorch's {@code T_mult}, at least 1
 * @param min        lowest factor, at least 0: PyTorch's {@code eta_min} divided by the base value
 */
public record CosineWarmRestartsSchedule(long first, long multiplier, double min) implements Schedule {
    public CosineWarmRestartsSchedule {
        ScheduleDomain.count("cosine-restarts", "first", first, 1);
        ScheduleDomain.count("cosine-restarts", "multiplier", multiplier, 1);
        ScheduleDomain.atLeastZero("cosine-restarts", "min", min);
    }

    /** Returns the schedule that falls to 0 every {@code first} steps, PyTorch's default. */
    public static CosineWarmRestartsSchedule every(long first) {
        return new CosineWarmRestartsSchedule(first, 1, 0);
    }

    @Override
    public double factor(long steps) {
        ScheduleDomain.steps(steps);
        long at = steps;
        long period = first;
        if (multiplier == 1) {
            at %= period;
        } else {
            // At most 63 rounds. A logarithm would need none, and be off by one period now and then.
            while (at >= period) {
                at -= period;
                if (period > Long.MAX_VALUE / multiplier) {
                    return CosineAnnealingSchedule.half(min, (double) at, (double) period * multiplier);
                }
                period *= multiplier;
            }
        }
        return CosineAnnealingSchedule.half(min, (double) at, (double) period);
    }
}
