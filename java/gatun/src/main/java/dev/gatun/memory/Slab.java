package dev.gatun.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One zero-filled, page-aligned run of off-heap memory with one owner. Any thread may read and write it; the owner
 * closes it once, when nothing uses it any more. Closing again does nothing; use after close throws.
 */
public final class Slab implements AutoCloseable {
    private final Role role;
    private final String label;
    private final Arena arena;
    private final MemorySegment segment;
    private final MemoryBudget budget;
    private boolean closed;

    Slab(Role role, String label, Arena arena, MemorySegment segment, MemoryBudget budget) {
        this.role = role;
        this.label = label;
        this.arena = arena;
        this.segment = segment;
        this.budget = budget;
    }

    /** What this slab is for. */
    public Role role() {
        return role;
    }

    /** What this slab holds, for people. */
    public String label() {
        return label;
    }

    /** Size in bytes. */
    public long bytes() {
        return segment.byteSize();
    }

    /** The whole slab. */
    public synchronized MemorySegment segment() {
        if (closed) {
            throw new IllegalStateException("slab \"" + label + "\" is closed");
        }
        return segment;
    }

    /** Part of the slab; its lifetime is the slab's. */
    public MemorySegment view(long offset, long bytes) {
        return segment().asSlice(offset, bytes);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        arena.close(); // first: throws, leaving the slab open, while a native call still holds the segment
        closed = true;
        budget.release(this);
    }

    @Override
    public String toString() {
        return role + " \"" + label + "\" (" + Bytes.format(bytes()) + ")";
    }
}
