package dev.gatun.optim.schedule;

import dev.gatun.options.WithMethods;

/**
 * PyTorch's {@code OneCycleLR} (Smith and Topin, 2017), which fixes the learning rate and the momentum.
 *
 * <p>The learning rate is a factor of the base. It goes from {@code max / divFactor} to {@code max} at step
 * {@code pctStart * total - 1}, then to {@code max / divFactor / finalDivFactor} at step {@code total - 1}; in three
 * phases it is back at {@code max / divFactor} at step {@code 2 * pctStart * total - 2} before it goes to the end. The
 * momentum, an absolute value, goes from {@code maxMomentum} to {@code baseMomentum} and back at the same steps.
 * Between them lies half a cosine, {@code b + (a - b) / 2 * (1 + cos(pi * p))}, or a line, {@code a + (b - a) * p}.
 *
 * <p>With {@code max = 1} the base value is PyTorch's {@code max_lr}. After step {@code total - 1} it stays, where
 * PyTorch throws one step later.
 *
 * @param total          steps of the cycle, at least 1
 * @param max            factor at the peak, at least 0
 * @param pctStart       fraction of the steps with a rising rate, 0 .. 1; at most 0.5 in three phases
 * @param anneal         interpolation within a phase
 * @param phases         number of phases
 * @param divFactor      peak over start, above 0
 * @param finalDivFactor start over end, above 0
 * @param baseMomentum   momentum at the peak, 0 .. 1, 1 excluded
 * @param maxMomentum    momentum at the start and at the end, 0 .. 1, 1 excluded
 */
@WithMethods
public record OneCycleSchedule(
        long total, double max, double pctStart, Anneal anneal, Phases phases, double divFactor, double finalDivFactor,
        double baseMomentum, double maxMomentum) implements CyclesMomentum, OneCycleScheduleBuilder.With {

    /** The interpolation within a phase. */
    public enum Anneal {
        /** Half a cosine. */
        COS,
        /** A line. */
        LINEAR
    }

    /** The number of phases. */
    public enum Phases {
        /** Up, then down to the end. */
        TWO,
        /** Up, down to the start in as many steps, then to the end, as in the paper. */
        THREE
    }

    public OneCycleSchedule {
        ScheduleDomain.count("onecycle", "total", total, 1);
        ScheduleDomain.atLeastZero("onecycle", "max", max);
        ScheduleDomain.share("onecycle", "pct-start", pctStart);
        ScheduleDomain.positive("onecycle", "div-factor", divFactor);
        ScheduleDomain.positive("onecycle", "final-div-factor", finalDivFactor);
        ScheduleDomain.momentum("onecycle", "base-momentum", baseMomentum);
        ScheduleDomain.momentum("onecycle", "max-momentum", maxMomentum);
        if (phases == Phases.THREE && pctStart > 0.5) {
            throw new IllegalArgumentException(
                    "schedule onecycle: pct-start must be at most 0.5 in three phases, got " + pctStart);
        }
    }

    /**
     * Returns the schedule with PyTorch's defaults: up over 0.3 of the steps from 1/25 to 1, down to 1/25e4, both by
     * cosines, momentum 0.95 to 0.85.
     */
    public static OneCycleSchedule over(long total) {
        return new OneCycleSchedule(total, 1, 0.3, Anneal.COS, Phases.TWO, 25, 1e4, 0.85, 0.95);
    }

    /** Returns a copy with other ratios of rates: peak over start, and start over end. */
    public OneCycleSchedule withDivFactors(double start, double end) {
        return new OneCycleSchedule(total, max, pctStart, anneal, phases, start, end, baseMomentum, maxMomentum);
    }

    /** Returns a copy with other momenta: at the peak, and at start and end. */
    public OneCycleSchedule withMomenta(double atPeak, double atStart) {
        return new OneCycleSchedule(total, max, pctStart, anneal, phases, divFactor, finalDivFactor, atPeak, atStart);
    }

    @Override
    public double factor(long steps) {
        double start = max / divFactor;
        return at(steps, start, max, start / finalDivFactor);
    }

    @Override
    public double momentum(long steps) {
        return at(steps, maxMomentum, baseMomentum, maxMomentum);
    }

    private double at(long steps, double start, double peak, double end) {
        ScheduleDomain.steps(steps);
        double last = (double) total - 1;
        double step = Math.min((double) steps, last);
        double up = pctStart * total - 1;
        if (step <= up) {
            return between(start, peak, step, 0, up);
        }
        if (phases == Phases.TWO) {
            return between(peak, end, step, up, last);
        }
        double down = 2 * pctStart * total - 2;
        return step <= down ? between(peak, start, step, up, down) : between(start, end, step, down, last);
    }

    private double between(double start, double end, double step, double from, double to) {
        double part = to > from ? (step - from) / (to - from) : 1;
        return switch (anneal) {
            case COS -> end + (start - end) / 2 * (Math.cos(Math.PI * part) + 1);
            case LINEAR -> (end - start) * part + start;
        };
    }
}
