package dev.gatun.optim.schedule;

import java.util.List;

/**
 * The product of schedules. PyTorch's {@code ChainedScheduler} is this for the schedules that it applies as factors of
 * the current rate (constant, step, multi-step, exponential, linear, polynomial).
 *
 * @param of at least one schedule; of absolute ones at most one, at the front
 */
public record ChainedSchedule(List<Schedule> of) implements Schedule {
    public ChainedSchedule {
        of = List.copyOf(of);
        ScheduleDomain.nested("chain", of);
        if (of.stream().skip(1).anyMatch(Schedule::isAbsolute)) {
            throw new IllegalArgumentException("schedule chain: only the first schedule may be absolute");
        }
    }

    @Override
    public double factor(long steps) {
        return timesOthers(of.getFirst().factor(steps), steps);
    }

    @Override
    public double value(double base, long steps) {
        return timesOthers(of.getFirst().value(base, steps), steps);
    }

    private double timesOthers(double first, long steps) {
        double result = first;
        for (int i = 1; i < of.size(); i++) {
            result *= of.get(i).factor(steps);
        }
        return result;
    }

    @Override
    public boolean isAbsolute() {
        return of.getFirst().isAbsolute();
    }
}
