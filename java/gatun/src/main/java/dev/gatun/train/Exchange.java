package dev.gatun.train;

import java.lang.foreign.MemorySegment;

/** Exchanges the bytes of two memories. */
final class Exchange {
    private static final int PIECE = 1 << 16;

    private Exchange() {}

    static void of(MemorySegment a, MemorySegment b) {
        MemorySegment kept = MemorySegment.ofArray(new byte[PIECE]);
        for (long at = 0; at < a.byteSize(); at += PIECE) {
            long bytes = Math.min(PIECE, a.byteSize() - at);
            MemorySegment.copy(a, at, kept, 0, bytes);
            MemorySegment.copy(b, at, a, at, bytes);
            MemorySegment.copy(kept, 0, b, at, bytes);
        }
    }
}
