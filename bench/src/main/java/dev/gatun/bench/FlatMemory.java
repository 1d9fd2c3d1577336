package dev.gatun.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Flat f32 memory for one benchmark. */
final class FlatMemory implements AutoCloseable {
    private static final long PAGE = 4096;

    private final Arena arena = Arena.ofShared();

    /** So many elements of one value. */
    MemorySegment floats(long elements, float value) {
        MemorySegment memory = arena.allocate(elements * Float.BYTES, PAGE);
        for (long i = 0; i < elements; i++) {
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
        }
        return memory;
    }

    @Override
    public void close() {
        arena.close();
    }
}
