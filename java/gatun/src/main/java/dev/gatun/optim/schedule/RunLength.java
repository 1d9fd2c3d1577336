package dev.gatun.optim.schedule;

/**
 * How long a run is, for schedules that stretch over it.
 *
 * @param steps         steps of the whole run, at least 1
 * @param stepsPerEpoch steps of one epoch, at least 1
 */
public record RunLength(long steps, long stepsPerEpoch) {
    /** The most steps that anything may count. */
    public static final long MOST_STEPS = ScheduleDomain.MOST_STEPS;

    /** Long enough for any schedule: to try a text before the length is known. */
    public static final RunLength ANY = new RunLength(1L << 40, 1L << 20);

    public RunLength {
        ScheduleDomain.count("of a run", "steps", steps, 1);
        ScheduleDomain.count("of a run", "steps of an epoch", stepsPerEpoch, 1);
    }

    /** The part of the run between two of its steps; at least one step. */
    public RunLength part(long from, long to) {
        return new RunLength(Math.max(1, to - from), stepsPerEpoch);
    }

    /** The usual length of a warm-up: a twentieth. */
    public long warmUp() {
        return steps / 20;
    }
}
