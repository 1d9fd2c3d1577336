package dev.gatun.train.parallel;

/**
 * How long gradients were on their way.
 *
 * @param steps       steps whose gradients were summed over the ranks
 * @param totalNanos  time in which sums ran, in nanoseconds
 * @param waitedNanos time in which steps waited for them, in nanoseconds
 * @param sentBytes   bytes that this rank has sent to others, for whatever purpose
 */
public record CommunicationTime(long steps, long totalNanos, long waitedNanos, long sentBytes) {
    /** No step. */
    public static final CommunicationTime NONE = new CommunicationTime(0, 0, 0, 0);

    /** Returns the share of the sums that the backward pass hid, from 0 to 1; 0 before the first step. */
    public double hiddenShare() {
        return totalNanos == 0 ? 0 : Math.max(0, 1 - (double) waitedNanos / totalNanos);
    }

    /** Returns the mean time of the sums of a step, in milliseconds; 0 before the first step. */
    public double millisPerStep() {
        return steps == 0 ? 0 : totalNanos / 1e6 / steps;
    }

    /** Returns the mean number of bytes that this rank sent for a step; 0 before the first. */
    public double bytesPerStep() {
        return steps == 0 ? 0 : (double) sentBytes / steps;
    }
}
