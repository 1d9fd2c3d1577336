package dev.gatun.optim.schedule;

/**
 * PyTorch's {@code CosineAnnealingLR} (Loshchilov and Hutter, 2017):
 * {@code min + (1 - min) * (1 + cos(pi * k / total)) / 2}. It is periodic: after {@code total} steps it <b>rises
 * again</b>, to 1 at {@code 2 * total}. {@link Schedule.Cosine} stays down.
 *
 * @param total PyTorch's {@code T_max}, at least 1
 * @param min   lowest factor, at least 0: PyTorch's {@code eta_min} divided by the base value
 */
public record CosineAnnealingSchedule(long total, double min) implements Schedule {
    public CosineAnnealingSchedule {
        ScheduleDomain.count("cosine-annealing", "total", total, 1);
        ScheduleDomain.atLeastZero("cosine-annealing", "min", min);
    }

    /** Returns the schedule that falls to 0 in {@code total} steps, PyTorch's default. */
    public static CosineAnnealingSchedule over(long total) {
        return new CosineAnnealingSchedule(total, 0);
    }

    @Override
    public double factor(long steps) {
        ScheduleDomain.steps(steps);
        long at = steps % (2 * total);
        return half(min, (double) at, (double) total);
    }

    /** From 1 at 0 along half a cosine to {@code min} at {@code total}. */
    static double half(double min, double at, double total) {
        return min + (1 - min) * (1 + Math.cos(Math.PI * at / total)) / 2;
    }
}
