package dev.gatun.optim.schedule;

/**
 * PyTorch's {@code ConstantLR}: {@code k < total ? factor : 1}.
 *
 * @param factor at least 0; PyTorch's default is 1/3
 * @param total  steps during which it holds, at least 1; PyTorch's default is 5
 */
public record ConstantFactorSchedule(double factor, long total) implements Schedule {
    /** PyTorch's defaults. */
    public static final ConstantFactorSchedule DEFAULTS = new ConstantFactorSchedule(1.0 / 3, 5);

    public ConstantFactorSchedule {
        ScheduleDomain.atLeastZero("constant-factor", "factor", factor);
        ScheduleDomain.count("constant-factor", "total", total, 1);
    }

    @Override
    public double factor(long steps) {
        ScheduleDomain.steps(steps);
        return steps < total ? factor : 1;
    }
}
