package dev.gatun.backend;

/** A marker in the work submitted to a {@link Stream}. Recording it again replaces the previous point. */
public interface Event {
    /** Returns whether all work submitted before the latest recording is complete; true if it was never recorded. */
    boolean isDone();

    /**
     * Waits until all work submitted before the latest recording is complete.
     *
     * @throws RuntimeException the failure of the device, if it failed
     */
    void await();
}
