package dev.gatun.optim.schedule;

/**
 * PyTorch's {@code StepLR}: {@code gamma^floor(k / size)}.
 *
 * @param size  steps between two changes, at least 1
 * @param gamma above 0; PyTorch's default is 0.1
 */
public record StepSchedule(long size, double gamma) implements Schedule {
    public StepSchedule {
        ScheduleDomain.count("step", "size", size, 1);
        ScheduleDomain.positive("step", "gamma", gamma);
    }

    /** Returns the schedule with a factor of 0.1 every {@code size} steps. */
    public static StepSchedule every(long size) {
        return new StepSchedule(size, 0.1);
    }

    @Override
    public double factor(long steps) {
        ScheduleDomain.steps(steps);
        long changes = steps / size;
        return Math.pow(gamma, (double) changes);
    }
}
