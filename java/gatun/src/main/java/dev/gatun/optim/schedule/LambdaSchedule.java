package dev.gatun.optim.schedule;

import java.util.function.LongToDoubleFunction;

/**
 * PyTorch's {@code LambdaLR}: {@code function(k)}. It is code, so {@code Schedules.toText} refuses it, and two are
 * equal only when they hold the same object.
 *
 * @param function factor after {@code k} steps; pure, or a resumed run differs
 */
public record LambdaSchedule(LongToDoubleFunction function) implements Schedule {
    @Override
    public double factor(long steps) {
        ScheduleDomain.steps(steps);
        return function.applyAsDouble(steps);
    }
}
