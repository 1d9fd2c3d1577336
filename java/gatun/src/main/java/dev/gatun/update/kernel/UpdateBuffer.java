package dev.gatun.update.kernel;

import dev.gatun.shape.DType;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/**
 * A buffer of an optimizer step. Native code sees an address only: it would write through a read-only view, past a short
 * end and into memory that is closed. So what it could not notice is refused here.
 */
record UpdateBuffer(String name, MemorySegment memory, DType dtype, Access access) {
    /** What a step does to a buffer. */
    enum Access {
        READ,
        WRITTEN
    }

    UpdateBuffer {
        if (!memory.isNative()) {
            throw new IllegalArgumentException(name + " must be off-heap, native code cannot reach the Java heap: allocate from"
                    + " an Arena, got " + memory);
        }
        checkOpen(name, memory);
        if (!memory.isAccessibleBy(Thread.currentThread())) {
            throw new IllegalArgumentException(name + " must not be confined to another thread than \""
                    + Thread.currentThread().getName() + "\": make the optimizer on the thread of their arena, or use"
                    + " Arena.ofShared()");
        }
        if (access == Access.WRITTEN && memory.isReadOnly()) {
            throw new IllegalArgumentException(name + " must be writable, a step changes them: pass the segment itself, not"
                    + " its read-only view");
        }
        if (memory.address() % dtype.bytes() != 0) {
            throw new IllegalArgumentException(name + " must begin at a multiple of " + dtype.bytes() + " bytes, not at address "
                    + memory.address() + ": allocate with " + (dtype == DType.F32 ? "ValueLayout.JAVA_FLOAT" : "that alignment")
                    + ", and slice at whole elements");
        }
        if (memory.byteSize() % dtype.bytes() != 0) {
            throw new IllegalArgumentException(name + " of " + memory.byteSize() + " bytes must be a whole number of "
                    + dtype.name().toLowerCase(Locale.ROOT) + " elements of " + dtype.bytes()
                    + " bytes: pass a slice of whole elements");
        }
    }

    private static void checkOpen(String name, MemorySegment memory) {
        if (!memory.scope().isAlive()) {
            throw new IllegalStateException("the memory of " + name + " is closed: keep its arena open while the optimizer is");
        }
    }

    /** Throws when the memory was closed meanwhile. */
    void checkOpen() {
        checkOpen(name, memory);
    }

    /** Whether a step on one would see what a step on the other writes. */
    boolean disturbs(UpdateBuffer other) {
        return (access == Access.WRITTEN || other.access == Access.WRITTEN)
                && memory.address() < other.memory.address() + other.memory.byteSize()
                && other.memory.address() < memory.address() + memory.byteSize();
    }

    /** Throws when it overlaps another buffer of the same step. */
    void checkApart(UpdateBuffer other) {
        if (disturbs(other)) {
            throw new IllegalArgumentException(
                    name + " and " + other.name + " overlap: each needs memory of its own");
        }
    }
}
