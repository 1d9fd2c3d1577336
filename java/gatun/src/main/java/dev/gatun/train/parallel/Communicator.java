package dev.gatun.train.parallel;

import org.jspecify.annotations.Nullable;

/**
 * The thread that sums buckets in their order as soon as they are handed over. A monitor and not
 * {@code java.util.concurrent}, whose waits allocate a node each.
 */
final class Communicator implements AutoCloseable {
    private final int buckets;
    private final Sum sum;
    private final Thread thread;

    // All below is guarded by this.
    private int handed;
    private int done;
    private boolean busy;
    private boolean closed;
    private @Nullable Throwable failure;
    private long steps;
    private long totalNanos;
    private long waitedNanos;

    /** Sums a bucket over the ranks. */
    @FunctionalInterface
    interface Sum {
        void run(int bucket);
    }

    Communicator(int buckets, Sum sum, String name) {
        this.buckets = buckets;
        this.sum = sum;
        thread = Thread.ofPlatform().daemon().name(name).start(this::work);
    }

    /** How many buckets of this step were handed over. */
    synchronized int handedOver() {
        return handed;
    }

    /** The first {@code count} buckets of this step are final. */
    synchronized void handOver(int count) {
        if (count > handed) {
            handed = count;
            notifyAll();
        }
    }

    /** Waits until all buckets are summed; the next step begins. */
    void await() {
        long begin = System.nanoTime();
        Throwable thrown = awaited(begin);
        switch (thrown) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(thrown);
        }
    }

    private synchronized @Nullable Throwable awaited(long begin) {
        boolean interrupted = false;
        while (done < buckets && failure == null) {
            interrupted |= pause();
        }
        waitedNanos += System.nanoTime() - begin;
        steps++;
        Throwable thrown = failure;
        reset();
        restore(interrupted);
        return thrown;
    }

    /** Gives up the step; waits for the bucket that is being summed, which ends when a rank is known to be lost. */
    synchronized void abandon() {
        boolean interrupted = false;
        handed = 0; // no other is begun
        while (busy) {
            interrupted |= pause();
        }
        reset();
        restore(interrupted);
    }

    private void reset() {
        handed = 0;
        done = 0;
        failure = null;
    }

    synchronized CommunicationTime time(long sentBytes) {
        return new CommunicationTime(steps, totalNanos, waitedNanos, sentBytes);
    }

    /** Waits for a moment; true when the thread was interrupted, as a sum is not left half done. */
    @SuppressWarnings("WaitNotInLoop") // its callers have the loops
    private synchronized boolean pause() {
        try {
            wait();
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        for (int next = claim(); next >= 0; next = claim()) {
            Throwable thrown = null;
            long begin = System.nanoTime();
            try {
                sum.run(next);
            } catch (Throwable e) { // belongs to the step that waits
                thrown = e;
            }
            finish(thrown, System.nanoTime() - begin);
        }
    }

    /** The next bucket; -1 at the end. */
    private synchronized int claim() {
        while (!closed && (done >= handed || failure != null)) {
            try {
                wait();
            } catch (InterruptedException ignored) {
                // Only close() ends this thread.
            }
        }
        busy = !closed;
        return closed ? -1 : done;
    }

    private synchronized void finish(@Nullable Throwable thrown, long nanos) {
        busy = false;
        totalNanos += nanos;
        if (thrown == null) {
            done++;
        } else {
            failure = thrown;
        }
        notifyAll();
    }

    /** Ends the thread after the bucket that it sums. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) { // it may still read the gradients
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        restore(interrupted);
    }
}
