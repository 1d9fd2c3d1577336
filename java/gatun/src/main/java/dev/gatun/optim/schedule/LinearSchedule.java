package dev.gatun.optim.schedule;

/**
 * PyTorch's {@code LinearLR}: {@code start + (end - start) * min(k, total) / total}.
 *
 * @param start at least 0; PyTorch's default is 1/3, and it refuses 0 and factors above 1
 * @param end   at least 0; PyTorch's default is 1
 * @param total steps from start to end, at least 1; PyTorch's default is 5
 */
public record LinearSchedule(double start, double end, long total) implements Schedule {
    /** PyTorch's defaults. */
    public static final LinearSchedule DEFAULTS = new LinearSchedule(1.0 / 3, 1, 5);

    public LinearSchedule {
        ScheduleDomain.atLeastZero("linear", "start", start);
        ScheduleDomain.atLeastZero("linear", "end", end);
        ScheduleDomain.count("linear", "total", total, 1);
    }

    @Override
    public double factor(long steps) {
        ScheduleDomain.steps(steps);
        return steps >= total ? end : start + (end - start) * steps / total;
    }
}
