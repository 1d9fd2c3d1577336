package dev.gatun.optim.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;

/**
 * Compares schedules with figures of PyTorch 2.13.0 in float64, which the scripts above the figures printed after
 *
 * <pre>
 * import torch
 * from torch.optim.lr_scheduler import *
 * def run(make, lr=.4, n=24, key='lr'):
 *     o = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr, momentum=.9)
 *     s = make(o)
 *     out = []
 *     for _ in range(n):
 *         out.append(o.param_groups[0][key])
 *         o.step()
 *         s.step()
 *     return out
 * </pre>
 */
final class ScheduleFigures {
    /** How far rounding takes PyTorch's own figures from where they should be, next to 0. */
    private static final double ZERO = 2e-17;

    private ScheduleFigures() {}

    /** Whether {@code value(base, k)} is figure {@code k}, to 1e-12 of the figure. */
    static void same(Schedule schedule, double base, double... figures) {
        sameWithin(1e-12, schedule, base, figures);
    }

    /** Whether {@code value(base, k)} is figure {@code k}, to a share of the figure. */
    static void sameWithin(double share, Schedule schedule, double base, double... figures) {
        double[] values = LongStream.range(0, figures.length).mapToDouble(k -> schedule.value(base, k)).toArray();
        for (int k = 0; k < figures.length; k++) {
            double allowed = share * Math.abs(figures[k]) + ZERO;
            assertThat(Math.abs(values[k] - figures[k])).as("after %s steps: %s, figure %s", k, values[k], figures[k])
                    .isLessThanOrEqualTo(allowed);
        }
    }
}
