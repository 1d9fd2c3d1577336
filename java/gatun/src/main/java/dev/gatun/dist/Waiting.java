package dev.gatun.dist;

import java.util.concurrent.locks.LockSupport;

/**
 * Waits, by asking again and again, for what another rank does: spins for a few microseconds, as the others are usually
 * close behind, then gives its processor away, at last for 100 microseconds at a time.
 */
public final class Waiting {
    private static final int SPINS = 500;
    private static final int YIELDS = 100;
    private static final long LONGEST_NAP_NANOS = 100_000;
    private static final long CHECK_NANOS = 2_000_000;

    private int tries;
    private long checked;

    /** Something happened: the next wait begins anew. */
    public void reset() {
        tries = 0;
    }

    /**
     * Waits for a moment.
     *
     * @param watch asked every few milliseconds
     */
    @SuppressWarnings("ThreadPriorityCheck") // nothing depends on it but how soon the others run
    public void pause(Watch watch) {
        tries++;
        if (tries <= SPINS) {
            Thread.onSpinWait();
            return;
        }
        if (tries <= SPINS + YIELDS) {
            Thread.yield();
        } else {
            LockSupport.parkNanos(Math.min(LONGEST_NAP_NANOS, 1_000L * (tries - SPINS - YIELDS)));
        }
        long now = System.nanoTime();
        if (now - checked > CHECK_NANOS) {
            checked = now;
            watch.check();
        }
    }
}
