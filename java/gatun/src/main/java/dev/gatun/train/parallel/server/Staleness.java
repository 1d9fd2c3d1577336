package dev.gatun.train.parallel.server;

/**
 * How old parameters were when a gradient that was computed with them came to be applied: the number of updates that
 * others made in between.
 *
 * @param updates gradients that were applied
 * @param total   sum of their ages
 * @param most    the largest age
 */
public record Staleness(long updates, long total, long most) {
    /** No update. */
    public static final Staleness NONE = new Staleness(0, 0, 0);

    /** Returns the mean age; 0 before the first update. */
    public double mean() {
        return updates == 0 ? 0 : (double) total / updates;
    }
}
