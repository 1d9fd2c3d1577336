package dev.gatun.optim.schedule;

import java.util.List;

/**
 * PyTorch's {@code MultiStepLR}: {@code gamma^n}, where {@code n} is the number of milestones {@code <= k}.
 *
 * @param milestones at least one, in any order, each at least 0; stored sorted; a repeated milestone counts as often as
 *                   it occurs
 * @param gamma      above 0; PyTorch's default is 0.1
 */
public record MultiStepSchedule(List<Long> milestones, double gamma) implements Schedule {
    public MultiStepSchedule {
        milestones = milestones.stream().sorted().toList();
        if (milestones.isEmpty()) {
            throw new IllegalArgumentException("schedule multistep: needs at least one milestone");
        }
        milestones.forEach(milestone -> ScheduleDomain.count("multistep", "milestones", milestone, 0));
        ScheduleDomain.positive("multistep", "gamma", gamma);
    }

    /** Returns the schedule with a factor of 0.1 at each milestone. */
    public static MultiStepSchedule at(List<Long> milestones) {
        return new MultiStepSchedule(milestones, 0.1);
    }

    @Override
    public double factor(long steps) {
        ScheduleDomain.steps(steps);
        return Math.pow(gamma, ScheduleDomain.reached(milestones, steps));
    }
}
