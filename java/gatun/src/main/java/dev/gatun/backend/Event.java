package dev.gatun.backend;

/**
 * A point in the work of a {@link Stream}. One object marks one point after another: recording again forgets the
 * former.
 */
public interface Event {
    /** Whether all work submitted before the latest recording is done; true where it was never recorded. */
    boolean isDone();

    /**
     * Waits until it is.
     *
     * @throws RuntimeException what the device failed with, if it did
     */
    void await();
}
