package dev.gatun.optim.schedule;

import dev.gatun.options.WithMethods;

/**
 * Warm-up, a plateau, a short decay (Hu et al., 2024, "MiniCPM"; Hägele et al., 2024):
 * {@code (k + 1) / (warmup + 1)} while {@code k < warmup}, then 1 until step {@code total - decay}, then
 * {@code min + (1 - min) * d(p)} with {@code p = (k - (total - decay)) / decay}, then {@code min}.
 *
 * @param warmup steps of the warm-up, at least 0
 * @param total  steps of all three together, at least 1
 * @param decay  steps of the decay, at least 0; warm-up and decay together at most {@code total}
 * @param min    factor at the end, at least 0
 * @param shape  function {@code d}
 */
@WithMethods
public record WarmUpStableDecaySchedule(long warmup, long total, long decay, double min, Shape shape)
        implements Schedule, WarmUpStableDecayScheduleBuilder.With {

    /** The function {@code d} of the decay from 1 to 0. */
    public enum Shape {
        /** {@code 1 - p}. */
        LINEAR,
        /** {@code (1 + cos(pi * p)) / 2}. */
        COS,
        /** {@code 1 - sqrt(p)}, which Hägele et al. found best. */
        SQRT
    }

    public WarmUpStableDecaySchedule {
        ScheduleDomain.count("wsd", "warmup", warmup, 0);
        ScheduleDomain.count("wsd", "total", total, 1);
        ScheduleDomain.count("wsd", "decay", decay, 0);
        ScheduleDomain.atLeastZero("wsd", "min", min);
        if (warmup + decay > total) {
            throw new IllegalArgumentException("schedule wsd: warmup " + warmup + " and decay " + decay
                    + " must be at most the total " + total + " together");
        }
    }

    /** Returns a schedule without warm-up and with a linear decay to 0 over the last tenth. */
    public static WarmUpStableDecaySchedule over(long total) {
        return new WarmUpStableDecaySchedule(0, total, total / 10, 0, Shape.LINEAR);
    }

    public WarmUpStableDecaySchedule withDecay(long steps, Shape newShape) {
        return new WarmUpStableDecaySchedule(warmup, total, steps, min, newShape);
    }

    @Override
    public double factor(long steps) {
        ScheduleDomain.steps(steps);
        if (steps < warmup) {
            return (steps + 1.0) / (warmup + 1.0);
        }
        if (steps < total - decay) {
            return 1;
        }
        if (steps >= total) {
            return min;
        }
        double part = (steps - (total - decay)) / (double) decay;
        return min + (1 - min) * switch (shape) {
            case LINEAR -> 1 - part;
            case COS -> (1 + Math.cos(Math.PI * part)) / 2;
            case SQRT -> 1 - Math.sqrt(part);
        };
    }
}
