package dev.gatun.memory;

import org.jspecify.annotations.Nullable;

/**
 * The state that all slices of a buffer share: role, size, and when the memory is freed. Created by a
 * {@link MemoryBudget}; thread-safe.
 */
public final class Allocation {
    private final Role role;
    private final String label;
    private final long bytes;
    private final @Nullable MemoryBudget budget;
    private final Runnable free;
    private @Nullable Buffer owner;
    private volatile boolean open = true;
    private int retained;
    private boolean freed;

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
        return open;
    }

    void own(Buffer buffer) {
        owner = buffer;
    }

    boolean isOwnedBy(Buffer buffer) {
        return buffer.equals(owner);
    }

    synchronized void retain() {
        if (freed) {
            throw new IllegalStateException("buffer \"" + label + "\" is closed");
        }
        retained++;
    }

    synchronized void release() {
        if (retained == 0) {
            throw new IllegalStateException("buffer \"" + label + "\" is released more often than it was retained");
        }
        retained--;
        freeIfUnused();
    }

    synchronized void close() {
        open = false;
        boolean complete = false;
        try {
            freeIfUnused();
            complete = true;
        } finally {
            open = !complete; // as before, while a native call holds the memory
        }
    }

    private void freeIfUnused() {
        if (open || freed || retained > 0) {
            return;
        }
        free.run();
        freed = true;
        Buffer whole = owner;
        if (budget != null && whole != null) {
            budget.forget(whole);
        }
    }
}
