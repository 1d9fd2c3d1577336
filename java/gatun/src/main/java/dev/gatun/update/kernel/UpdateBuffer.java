package dev.gatun.update.kernel;

import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.shape.DType;
import java.util.Locale;

/**
 * A buffer of an optimizer step. Native code sees an address only: it would write through a read-only view, past a
 * short end and into memory that is closed. So what it could not notice is refused here.
 */
record UpdateBuffer(String name, Buffer memory, DType dtype, Access access) {
    /** What a step does to a buffer. */
    enum Access {
        READ,
        WRITTEN
    }

    UpdateBuffer {
        if (memory instanceof HostBuffer host) {
            checkReachable(name, host);
        }
        checkOpen(name, memory);
        if (access == Access.WRITTEN && memory.isReadOnly()) {
            throw new IllegalArgumentException(name
                    + " must be writable, a step changes them: pass the segment itself, not"
                    + " its read-only view");
        }
        if (!memory.isAligned(dtype.bytes())) {
            throw new IllegalArgumentException(name + " must begin at a multiple of " + dtype.bytes()
                    + " bytes: allocate with "
                    + (dtype == DType.F32 ? "ValueLayout.JAVA_FLOAT" : "that alignment")
                    + ", and slice at whole elements");
        }
        if (memory.bytes() % dtype.bytes() != 0) {
            throw new IllegalArgumentException(name + " of " + memory.bytes() + " bytes must be a whole number of "
                    + dtype.name().toLowerCase(Locale.ROOT) + " elements of " + dtype.bytes()
                    + " bytes: pass a slice of whole elements");
        }
    }

    private static void checkReachable(String name, HostBuffer memory) {
        if (memory.isHeap()) {
            throw new IllegalArgumentException(name
                    + " must be off-heap, native code cannot reach the Java heap: allocate from"
                    + " an Arena, got " + memory);
        }
        if (memory.isOpen() && !memory.isAccessibleBy(Thread.currentThread())) {
            throw new IllegalArgumentException(name + " must not be confined to another thread than \""
                    + Thread.currentThread().getName() + "\": make the optimizer on the thread of their arena, or use"
                    + " Arena.ofShared()");
        }
    }

    private static void checkOpen(String name, Buffer memory) {
        if (!memory.isOpen()) {
            throw new IllegalStateException("the memory of " + name
                    + " is closed: keep its arena open while the optimizer is");
        }
    }

    /** Throws when the memory was closed meanwhile. */
    void checkOpen() {
        checkOpen(name, memory);
    }

    /** Whether a step on one would see what a step on the other writes. */
    boolean disturbs(UpdateBuffer other) {
        return (access == Access.WRITTEN || other.access == Access.WRITTEN)
                && memory.overlaps(other.memory);
    }

    /** Throws when it overlaps another buffer of the same step. */
    void checkApart(UpdateBuffer other) {
        if (disturbs(other)) {
            throw new IllegalArgumentException(
                    name + " and " + other.name + " overlap: each needs memory of its own");
        }
    }
}
