package dev.gatun.optim.schedule;


/**
 * A hyper-parameter (a learning rate, a momentum, a weight decay) as a pure function of the number of steps taken: the
 * step that comes after {@code k} steps uses {@code value(base, k)}, so the first uses {@code k = 0}. There is no
 * state, hence nothing to save: a resumed run asks for the step it has reached. Every schedule is a closed form and
 * costs the same whatever the step.
 *
 * <p><b>Factor or absolute.</b> A schedule is a <em>factor</em> of the base value that the hyper-parameters hold, so
 * that one schedule serves groups with different rates, and every bound of a schedule (the lowest value of a cosine,
 * the peak of a cycle) is a factor too: PyTorch's {@code eta_min=1e-4} at {@code lr=0.1} is {@code min = 1e-3} here.
 * Two are
 * <em>absolute</em>, which means that they ignore the base: {@link MomentumSchedule}, because the momentum of a cycle
 * runs between two given values, and {@link AbsoluteSchedule}, which makes any other one absolute. {@link #value} is
 * right for both kinds, {@link #factor} only for factors.
 *
 * <p>Names are PyTorch's where it has one; the figures agree with its optimizers' in float64 to 1e-12.
 * {@link dev.gatun.optim.schedule.text.Schedules} reads and writes all but {@link LambdaSchedule} as text.
 */
public sealed interface Schedule
        permits Schedule.Constant, Schedule.Cosine, AbsoluteSchedule, ChainedSchedule, ConstantFactorSchedule,
        CosineAnnealingSchedule, CosineWarmRestartsSchedule, CyclesMomentum, ExponentialSchedule,
        InverseSquareRootSchedule, LambdaSchedule, LinearSchedule, MomentumSchedule, MultiStepSchedule,
        PolynomialSchedule, SequentialSchedule, StepSchedule, WarmUpSchedule, WarmUpStableDecaySchedule {
    /**
     * Returns the factor of the base value after {@code steps} steps.
     *
     * @throws IllegalArgumentException      when {@code steps} is negative
     * @throws UnsupportedOperationException when {@link #isAbsolute}
     */
    double factor(long steps);

    /**
     * Returns the hyper-parameter after {@code steps} steps.
     *
     * @param base base value of the hyper-parameter; ignored if {@link #isAbsolute}
     * @throws IllegalArgumentException when {@code steps} is negative
     */
    default double value(double base, long steps) {
        return base * factor(steps);
    }

    /** Returns whether some values do not depend on a base, so that only {@link #value} may be called. */
    default boolean isAbsolute() {
        return false;
    }

    /** The base value at every step. */
    record Constant() implements Schedule {
        @Override
        public double factor(long steps) {
            ScheduleDomain.steps(steps);
            return 1;
        }
    }

    /**
     * A linear warm-up, {@code (k + 1) / (warmup + 1)}, followed by half a cosine from 1 to 0 (Loshchilov and Hutter,
     * 2017), which stays at 0 afterwards. PyTorch's cosine, which rises again, is {@link CosineAnnealingSchedule}.
     *
     * @param warmup steps of the warm-up
     * @param total  steps of warm-up and decay together
     */
    record Cosine(long warmup, long total) implements Schedule {
        public Cosine {
            if (warmup < 0 || total < 1 || warmup > total) {
                throw new IllegalArgumentException("cosine schedule: warm-up of " + warmup + " of " + total + " steps");
            }
        }

        @Override
        public double factor(long steps) {
            ScheduleDomain.steps(steps);
            if (steps < warmup) {
                return (steps + 1.0) / (warmup + 1.0);
            }
            double progress = Math.min(1, (steps - warmup) / (double) Math.max(1, total - warmup));
            return (1 + Math.cos(Math.PI * progress)) / 2;
        }
    }
}
