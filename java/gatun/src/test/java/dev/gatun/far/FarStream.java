package dev.gatun.far;

import dev.gatun.backend.Event;
import dev.gatun.backend.Stream;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A stream as late as a stream may be: a thread of its own does the work, and none of it before somebody waits. So
 * whoever reads a result early, or changes what an upload still has to read, is sure to be wrong.
 */
final class FarStream implements Stream {
    /** More than any test submits before it waits: a bound, so that forgotten waits do not fill the heap. */
    private static final int MOST_QUEUED = 100_000;

    private final ArrayDeque<Runnable> queue = new ArrayDeque<>(); // guarded by this, as all below
    private final int depth;
    private final Thread thread;
    private long submitted;
    private long wanted; // so many may run
    private long done;
    private boolean ended;
    private @Nullable Throwable failure;

    FarStream(int depth) {
        this.depth = depth;
        thread = Thread.ofPlatform().name("far device").daemon().start(this::work);
    }

    private void work() {
        while (true) {
            Runnable task;
            synchronized (this) {
                while (done >= wanted) {
                    if (ended) {
                        return;
                    }
                    waitQuietly();
                }
                task = queue.remove();
            }
            Throwable thrown = null;
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                thrown = e;
            }
            synchronized (this) {
                failure = failure == null ? thrown : failure;
                done++;
                notifyAll();
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop") // whoever calls it loops
    private synchronized void waitQuietly() {
        try {
            wait();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a far device", e);
        }
    }

    Thread thread() {
        return thread;
    }

    void checkHere() {
        if (!Thread.currentThread().equals(thread)) {
            throw new IllegalStateException("far memory followed from thread \"" + Thread.currentThread().getName()
                    + "\"");
        }
    }

    /** Adds work; runs none. */
    synchronized void submit(Runnable task) {
        if (ended) {
            throw new IllegalStateException("device far is closed");
        }
        queue.add(task);
        submitted++;
        if (queue.size() > MOST_QUEUED) {
            waitFor(submitted);
        }
    }

    /** Does work at once, after all that was submitted before. */
    <T> T call(Callable<T> task) {
        if (Thread.currentThread().equals(thread)) {
            throw new IllegalStateException("the far device waits for itself");
        }
        Object[] result = new Object[1];
        submit(() -> {
            try {
                result[0] = task.call();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        synchronize();
        @SuppressWarnings("unchecked")
        T value = (T) result[0];
        return value;
    }

    @Override
    public synchronized void synchronize() {
        waitFor(submitted);
        rethrow();
    }

    private synchronized void waitFor(long point) {
        wanted = Math.max(wanted, point);
        notifyAll();
        while (done < point) {
            waitQuietly();
        }
    }

    private synchronized void rethrow() {
        Throwable thrown = failure;
        failure = null;
        switch (thrown) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> { }
        }
    }

    /** Does what is left, then ends the thread. */
    void end() {
        synchronized (this) {
            wanted = submitted;
            ended = true;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a test", e);
        }
    }

    private final class Point implements Event {
        private long position;

        /** Whoever polls wants it done, some day. */
        @Override
        public boolean isDone() {
            synchronized (FarStream.this) {
                wanted = Math.max(wanted, position);
                FarStream.this.notifyAll();
                return done >= position;
            }
        }

        @Override
        public void await() {
            waitFor(position);
            rethrow();
        }
    }

    @Override
    public Event newEvent() {
        return new Point();
    }

    @Override
    public synchronized void record(Event event) {
        if (!(event instanceof Point point)) {
            throw new IllegalArgumentException("not an event of this stream");
        }
        point.position = submitted;
    }

    @Override
    public int depth() {
        return depth;
    }
}
