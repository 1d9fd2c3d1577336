package dev.gatun.memory;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The state that all slices of a buffer share: role, size, and when the memory is freed. Created by a
 * {@link MemoryBudget}; thread-safe. Retaining takes no lock, as every run of a kernel does it.
 */
public final class Allocation {
    private static final long CLOSED = 1;
    private static final long RETAIN = 2;
    private static final long FREED = -1;

    private final Role role;
    private final String label;
    private final long bytes;
    private final @Nullable MemoryBudget budget;
    private final Runnable free;
    private @Nullable Buffer owner;
    private final AtomicLong state = new AtomicLong(); // twice the number of retains, one more when closed; or FREED

    /**
     * An allocation.
     *
     * @param budget what it counts against; null for memory that belongs to somebody else
     * @param free   gives the memory back to the device; may throw, and is called again then
     */
    Allocation(Role role, String label, long bytes, @Nullable MemoryBudget budget, Runnable free) {
        this.role = role;
        this.label = label;
        this.bytes = bytes;
        this.budget = budget;
        this.free = free;
    }

    Role role() {
        return role;
    }

    String label() {
        return label;
    }

    long bytes() {
        return bytes;
    }

    boolean isOpen() {
        return (state.get() & CLOSED) == 0;
    }

    void own(Buffer buffer) {
        owner = buffer;
    }

    boolean isOwnedBy(Buffer buffer) {
        return buffer.equals(owner);
    }

    void retain() {
        for (long before = state.get();; before = state.get()) {
            if (before == FREED) {
                throw new IllegalStateException("buffer \"" + label + "\" is closed");
            }
            if (state.compareAndSet(before, before + RETAIN)) {
                return;
            }
        }
    }

    void release() {
        for (long before = state.get();; before = state.get()) {
            if (before < RETAIN) {
                throw new IllegalStateException("buffer \"" + label
                        + "\" is released more often than it was retained");
            }
            if (state.compareAndSet(before, before - RETAIN)) {
                if (before - RETAIN == CLOSED) {
                    freeIfUnused(CLOSED);
                }
                return;
            }
        }
    }

    /** Under the lock of freeing: a second close must not see a first one that a native call refuses halfway. */
    synchronized void close() {
        for (long before = state.get(); before != FREED; before = state.get()) {
            boolean wasOpen = (before & CLOSED) == 0;
            if (!wasOpen || state.compareAndSet(before, before | CLOSED)) {
                freeIfUnused(wasOpen ? 0 : CLOSED);
                return;
            }
        }
    }

    /** @param refused the state afterwards where a native call holds the memory: open, if it was open before */
    private synchronized void freeIfUnused(long refused) {
        if (!state.compareAndSet(CLOSED, FREED)) {
            return;
        }
        boolean complete = false;
        try {
            free.run();
            complete = true;
        } finally {
            if (!complete) {
                state.set(refused);
            }
        }
        Buffer whole = owner;
        if (budget != null && whole != null) {
            budget.forget(whole);
        }
    }
}
