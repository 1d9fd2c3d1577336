package dev.gatun.ffi;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that needs more stack than the caller may have: libraries run initialisers of their own when they are loaded,
 * which end the process where the stack of a thread ends, without a word.
 */
public final class LargeStack {
    private static final long BYTES = 16L << 20;

    private LargeStack() {}

    /** Runs on a thread of its own, waits for it, also when interrupted, and returns or throws what that did. */
    public static <T> T get(Supplier<T> work) {
        AtomicReference<@Nullable T> result = new AtomicReference<>();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(null, () -> {
            try {
                result.set(work.get());
            } catch (RuntimeException | Error e) {
                failure.set(e);
            }
        }, "gatun-loader", BYTES);
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Throwable thrown = failure.get();
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
        T value = result.get();
        if (value == null) {
            throw new IllegalStateException("nothing came of the work on a large stack");
        }
        return value;
    }
}
