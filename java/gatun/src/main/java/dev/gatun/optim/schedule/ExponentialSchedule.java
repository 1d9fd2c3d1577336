package dev.gatun.optim.schedule;

/**
 * PyTorch's {@code ExponentialLR}: {@code gamma^k}.
 *
 * @param gamma above 0; above 1 it grows, as in a test of the range of useful rates
 */
public record ExponentialSchedule(double gamma) implements Schedule {
    public ExponentialSchedule {
        ScheduleDomain.positive("exponential", "gamma", gamma);
    }

    @Override
    public double factor(long steps) {
        ScheduleDomain.steps(steps);
        return Math.pow(gamma, (double) steps);
    }
}
