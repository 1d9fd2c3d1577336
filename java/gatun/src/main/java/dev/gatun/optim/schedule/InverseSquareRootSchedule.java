package dev.gatun.optim.schedule;

/**
 * The learning rate schedule of the Transformer (Vaswani et al., 2017, section 5.3), scaled to a peak of 1: with
 * {@code t = k + 1}, {@code min(t / warmup, sqrt(warmup / t))}. The paper's rate ("Noam") is this at the base value
 * {@code (d_model * warmup)^-0.5}.
 *
 * @param warmup step at which the peak is reached, at least 1
 */
public record InverseSquareRootSchedule(long warmup) implements Schedule {
    public InverseSquareRootSchedule {
        ScheduleDomain.count("inverse-sqrt", "warmup", warmup, 1);
    }

    @Override
    public double factor(long steps) {
        ScheduleDomain.steps(steps);
        double step = steps + 1.0;
        return Math.min(step / warmup, Math.sqrt(warmup / step));
    }
}
