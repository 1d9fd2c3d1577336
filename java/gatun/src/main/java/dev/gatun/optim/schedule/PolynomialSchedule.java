package dev.gatun.optim.schedule;

/**
 * PyTorch's {@code PolynomialLR}: {@code (1 - min(k, total) / total)^power}.
 *
 * @param total steps until 0, at least 1; PyTorch's default is 5
 * @param power at least 0; PyTorch's default is 1
 */
public record PolynomialSchedule(long total, double power) implements Schedule {
    /** PyTorch's defaults. */
    public static final PolynomialSchedule DEFAULTS = new PolynomialSchedule(5, 1);

    public PolynomialSchedule {
        ScheduleDomain.count("polynomial", "total", total, 1);
        ScheduleDomain.atLeastZero("polynomial", "power", power);
    }

    @Override
    public double factor(long steps) {
        ScheduleDomain.steps(steps);
        return Math.pow((total - Math.min(steps, total)) / (double) total, power);
    }
}
