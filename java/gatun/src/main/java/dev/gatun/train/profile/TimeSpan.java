package dev.gatun.train.profile;

/**
 * When something ran, and where.
 *
 * @param beginNanos nanoseconds from the beginning of the recording
 * @param nanos      how long it ran, in nanoseconds
 * @param thread     name of the host's thread that ran or awaited it
 */
public record TimeSpan(long beginNanos, long nanos, String thread) {}
