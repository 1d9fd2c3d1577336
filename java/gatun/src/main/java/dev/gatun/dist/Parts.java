package dev.gatun.dist;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/**
 * A part of one segment for each rank: what an exchange sends to that rank, or receives from it. Made once and filled
 * in again for each exchange, so that one allocates nothing.
 */
public final class Parts {
    private MemorySegment segment = MemorySegment.NULL;
    private final long[] offsets;
    private final long[] bytes;

    /** Creates empty parts for {@code ranks} ranks. */
    public Parts(int ranks) {
        offsets = new long[ranks];
        bytes = new long[ranks];
    }

    /** Sets the segment that all parts lie in, and makes every part empty. */
    public Parts in(MemorySegment newSegment) {
        segment = newSegment;
        Arrays.fill(offsets, 0);
        Arrays.fill(bytes, 0);
        return this;
    }

    /**
     * Sets the part of a rank.
     *
     * @throws IndexOutOfBoundsException when the segment has no such bytes
     */
    public void set(int rank, long offset, long size) {
        Objects.checkFromIndexSize(offset, size, segment.byteSize());
        offsets[rank] = offset;
        bytes[rank] = size;
    }

    /** Returns the segment. */
    public MemorySegment segment() {
        return segment;
    }

    /** Returns where the part of a rank begins in the segment, in bytes. */
    public long offset(int rank) {
        return offsets[rank];
    }

    /** Returns the size of the part of a rank, in bytes; 0 where there is none. */
    public long bytes(int rank) {
        return bytes[rank];
    }

    /** Copies what a rank has for itself, as every transport does in an exchange. */
    public static void copyOwn(int rank, Parts outgoing, Parts incoming) {
        MemorySegment.copy(outgoing.segment, outgoing.offsets[rank], incoming.segment, incoming.offsets[rank],
                incoming.bytes[rank]);
    }
}
