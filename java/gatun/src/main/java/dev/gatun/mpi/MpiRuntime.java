package dev.gatun.mpi;

import dev.gatun.dist.GroupException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * MPI in this process, from its begin to its end: both can happen once, and on the same thread, which is one of its own
 * and does nothing between. It ends when the process does, and only if all was well: the end waits for all ranks, and
 * would wait for ever for a lost one. Neither begin nor end are waited for without a limit.
 */
final class MpiRuntime {
    private static final long STACK_BYTES = 16L << 20;
    private static final long END_SECONDS = 30;

    private static @Nullable MpiRuntime running;

    private final MpiCalls calls;
    private final CompletableFuture<Integer> begun = new CompletableFuture<>();
    private final CountDownLatch leaving = new CountDownLatch(1);
    private final CountDownLatch left = new CountDownLatch(1);
    private int open;
    private boolean failed;

    private MpiRuntime(MpiCalls calls) {
        this.calls = calls;
    }

    /**
     * Begins MPI, or returns it as it is.
     *
     * @throws GroupException when there is none, it does not begin in time, or cannot be used
     */
    static synchronized MpiRuntime begin(Duration timeout) {
        MpiRuntime runtime = running;
        if (runtime == null) {
            runtime = switch (MpiLibrary.find()) {
                case MpiLibrary.Found found -> new MpiRuntime(new MpiCalls(found));
                case MpiLibrary.Missing(String reason, String remedy) -> throw new GroupException(
                        "there is no MPI: " + reason + ": " + remedy);
            };
            running = runtime;
            Thread thread = new Thread(null, runtime::live, "gatun-mpi", STACK_BYTES);
            thread.setDaemon(true);
            thread.start();
            Runtime.getRuntime().addShutdownHook(new Thread(runtime::leave, "gatun-mpi-end"));
        }
        runtime.await(timeout);
        return runtime;
    }

    private void live() {
        try {
            begun.complete(calls.begin());
        } catch (Throwable e) {
            begun.completeExceptionally(e);
            return;
        }
        try {
            leaving.await();
            calls.end();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // by nobody: the thread is known to none
        } finally {
            left.countDown();
        }
    }

    private void await(Duration timeout) {
        int level;
        try {
            level = begun.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            fail();
            throw new GroupException("MPI_Init_thread did not return within " + timeout.toSeconds()
                    + " s: not all ranks have started, or they cannot reach each other", e);
        } catch (ExecutionException e) {
            fail();
            throw e.getCause() instanceof GroupException cause ? new GroupException(
                    String.valueOf(cause.getMessage()), cause) : new GroupException("MPI cannot begin", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GroupException("interrupted while MPI began", e);
        }
        if (level < calls.family().serialized()) {
            throw new GroupException(calls.library().describe() + " offers thread level " + level
                    + " where MPI_THREAD_SERIALIZED (" + calls.family().serialized()
                    + ") is needed: use one that was built with threads");
        }
    }

    MpiCalls calls() {
        return calls;
    }

    /**
     * Somebody uses it.
     *
     * @throws GroupException when it cannot be used any more
     */
    synchronized void open() {
        if (failed) {
            throw new GroupException("an exchange over MPI has failed in this process: it takes another process to begin"
                    + " anew");
        }
        open++;
    }

    /** Somebody uses it no longer. */
    synchronized void close() {
        open--;
    }

    /** A rank is lost, or what MPI does is no longer known: it will not be ended. */
    synchronized void fail() {
        failed = true;
    }

    private synchronized boolean canEnd() {
        return !failed && open == 0 && begun.isDone();
    }

    private void leave() {
        if (!canEnd()) {
            return;
        }
        leaving.countDown();
        try {
            left.await(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the process ends now
        }
    }
}
