package dev.gatun.optim.schedule;

/**
 * The length of a run, for schedules relative to it.
 *
 * @param steps         number of steps of the run, at least 1
 * @param stepsPerEpoch number of steps of an epoch, at least 1
 */
public record RunLength(long steps, long stepsPerEpoch) {
    /** The largest number of steps of any schedule. */
    public static final long MOST_STEPS = ScheduleDomain.MOST_STEPS;

    /** A length that suits any schedule, to validate a text before the length is known. */
    public static final RunLength ANY = new RunLength(1L << 40, 1L << 20);

    public RunLength {
        ScheduleDomain.count("of a run", "steps", steps, 1);
        ScheduleDomain.count("of a run", "steps of an epoch", stepsPerEpoch, 1);
    }

    /** Returns the length of the part of the run between two of its steps, at least one step. */
    public RunLength part(long from, long to) {
        return new RunLength(Math.max(1, to - from), stepsPerEpoch);
    }

    /** Returns the default length of a warm-up, a twentieth of the run. */
    public long warmUp() {
        return steps / 20;
    }
}
