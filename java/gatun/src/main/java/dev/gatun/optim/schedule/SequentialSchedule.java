package dev.gatun.optim.schedule;

import java.util.List;

/**
 * PyTorch's {@code SequentialLR}: schedules one after another, each counting from 0 at its own start:
 * {@code of[n](k - milestones[n - 1])}, where {@code n} is the number of milestones {@code <= k}.
 *
 * @param of         at least one schedule
 * @param milestones where the second and each later one starts: increasing, each at least 1
 */
public record SequentialSchedule(List<Schedule> of, List<Long> milestones) implements Schedule {
    public SequentialSchedule {
        of = List.copyOf(of);
        milestones = List.copyOf(milestones);
        ScheduleDomain.nested("sequence", of);
        if (milestones.size() != of.size() - 1) {
            throw new IllegalArgumentException("schedule sequence: " + of.size() + " schedules need "
                    + (of.size() - 1) + " milestones, got " + milestones.size());
        }
        milestones.forEach(milestone -> ScheduleDomain.count("sequence", "milestones", milestone, 1));
        ScheduleDomain.increasing("sequence", "milestones", milestones);
    }

    @Override
    public double factor(long steps) {
        ScheduleDomain.steps(steps);
        int part = ScheduleDomain.reached(milestones, steps);
        return of.get(part).factor(steps - start(part));
    }

    @Override
    public double value(double base, long steps) {
        ScheduleDomain.steps(steps);
        int part = ScheduleDomain.reached(milestones, steps);
        return of.get(part).value(base, steps - start(part));
    }

    @Override
    public boolean isAbsolute() {
        return of.stream().anyMatch(Schedule::isAbsolute);
    }

    private long start(int part) {
        return part == 0 ? 0 : milestones.get(part - 1);
    }
}
