package dev.gatun.data;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The way of the batches of one loader: free, claimed by a worker in the order of the epoch, ready, held by the
 * consumer, free again. A monitor and not {@code java.util.concurrent}, whose waits allocate a node each.
 */
final class BatchQueue {
    // All below is guarded by this.
    private final Batch[] free;
    private int freeCount;
    private final Batch[] queue; // a ring: the batches being made and those ready, in the order of the epoch
    private int queueHead;
    private int queueCount;
    private int held;
    private @Nullable Epoch epoch;
    private int nextBatch;
    private long waited;
    private boolean closed;
    // Read without the lock while a batch is being filled, to give up soon after a restart or close.
    private volatile long generation;

    /**
     * The batches that are made.
     *
     * @param order     examples of the epoch, which nobody changes
     * @param number    number of the epoch
     * @param batchSize examples in a batch
     * @param batches   batches of the whole epoch
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares two
    record Epoch(int[] order, long number, int batchSize, int batches) {}

    /** Batches of {@code slots}, all free, go round. */
    BatchQueue(Batch[] slots) {
        this.free = slots.clone();
        this.freeCount = slots.length;
        this.queue = new Batch[slots.length];
    }

    /** Begins an epoch; what was claimed for the one before is forgotten. */
    synchronized void start(Epoch newEpoch, int firstBatch) {
        checkOpen();
        generation++;
        for (; queueCount > 0; queueCount--) {
            Batch batch = queue[queueHead];
            queueHead = (queueHead + 1) % queue.length;
            if (batch.state() != Batch.State.FILLING) { // its worker gives back one that is still being made
                putBack(batch);
            }
        }
        epoch = newEpoch;
        nextBatch = firstBatch;
        waited = 0;
        notifyAll();
    }

    /** For the consumer: the next batch in order, null after the last. */
    synchronized @Nullable Batch take() {
        while (true) {
            checkOpen();
            Epoch current = epoch;
            if (current == null) {
                throw new IllegalStateException("start an epoch before its batches are taken");
            }
            if (queueCount == 0 && nextBatch >= current.batches) {
                return null;
            }
            if (held == free.length) {
                throw new IllegalStateException("all " + held
                        + " batches are held: release one before the next is taken");
            }
            if (queueCount > 0 && queue[queueHead].state() != Batch.State.FILLING) {
                return takeHead();
            }
            await();
        }
    }

    private synchronized Batch takeHead() {
        Batch batch = queue[queueHead];
        if (batch.state() == Batch.State.FAILED) {
            switch (batch.failure()) {
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException(batch.failure()); // no data set may throw it
            }
        }
        queueHead = (queueHead + 1) % queue.length;
        queueCount--;
        held++;
        batch.become(Batch.State.HELD);
        return batch;
    }

    @SuppressWarnings("WaitNotInLoop") // take() is the loop
    private synchronized void await() {
        long begin = System.nanoTime();
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for a batch");
        } finally {
            waited += System.nanoTime() - begin;
        }
    }

    /** For the consumer: gives back a batch that it took. */
    synchronized void release(Batch batch) {
        checkOpen();
        if (batch.state() != Batch.State.HELD) {
            throw new IllegalStateException("this batch was released already");
        }
        held--;
        putBack(batch);
        notifyAll();
    }

    /** For a worker: waits for a batch to make; null when the queue is closed. */
    synchronized @Nullable Batch claim() {
        while (!closed && (epoch == null || nextBatch >= epoch.batches || freeCount == 0)) {
            try {
                wait();
            } catch (InterruptedException ignored) {
                // Only close() ends a worker: without one, take() would wait for ever.
            }
        }
        Epoch current = epoch;
        if (closed || current == null) {
            return null;
        }
        Batch batch = free[--freeCount];
        batch.begin(generation, current, nextBatch);
        nextBatch++;
        queue[(queueHead + queueCount++) % queue.length] = batch;
        return batch;
    }

    /** For a worker: whether nobody waits any more for a batch that it claimed. */
    boolean abandoned(Batch batch) {
        return batch.generation() != generation;
    }

    /** For a worker: hands over a batch that it claimed, made or not. */
    synchronized void finish(Batch batch, @Nullable Throwable failure) {
        if (abandoned(batch)) { // no longer in the queue
            putBack(batch);
        } else if (failure != null) {
            batch.fail(failure);
        } else {
            batch.become(Batch.State.READY);
        }
        notifyAll();
    }

    private synchronized void putBack(Batch batch) {
        batch.become(Batch.State.FREE);
        free[freeCount++] = batch;
    }

    /** How long the consumer has waited in this epoch, in nanoseconds. */
    synchronized long waitedNanos() {
        return waited;
    }

    /** Wakes everybody up for the last time; false when that has been done already. */
    synchronized boolean close() {
        if (closed) {
            return false;
        }
        closed = true;
        generation++;
        notifyAll();
        return true;
    }

    private synchronized void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the batch loader is closed");
        }
    }
}
