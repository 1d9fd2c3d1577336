package dev.gatun.dist.codec;

import dev.gatun.dist.Parts;
import dev.gatun.memory.HostBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Signs of a range, a bit for each element, in runs of {@link #RUN}. A run in which an element is zero has a second
 * plane of bits that says which; second planes follow each other without gaps.
 */
final class SignPlanes {
    /** Elements of a run. */
    static final int RUN = 4096;

    /** Words of a run's plane. */
    static final int WORDS = RUN / Long.SIZE;

    private static final long PLANE = (long) WORDS * Long.BYTES;

    /** Bytes of a run: whether it has zeros, then its signs. */
    private static final long RECORD = Long.BYTES + PLANE;

    private final HostBuffer records;
    private final HostBuffer zeros;
    private long filled;

    SignPlanes(String label, long runs, CodecMemory memory) {
        records = memory.staging(label, RECORD * runs);
        zeros = memory.staging("zeros among " + label, PLANE * runs);
    }

    /** Begins with no second planes. */
    void clear() {
        filled = 0;
    }

    /** Writes the plane that says whether signs are negative, and, where one is zero, the plane that says so. */
    void put(int run, long[] negative, long[] zero) {
        MemorySegment segment = records.segment();
        long any = 0;
        for (int word = 0; word < WORDS; word++) {
            segment.set(ValueLayout.JAVA_LONG, RECORD * run + Long.BYTES * (word + 1L), negative[word]);
            any |= zero[word];
        }
        segment.set(ValueLayout.JAVA_LONG, RECORD * run, any == 0 ? 0 : 1);
        if (any != 0) {
            MemorySegment.copy(zero, 0, zeros.segment(), ValueLayout.JAVA_LONG, filled, WORDS);
            filled += PLANE;
        }
    }

    private boolean hasZeros(int run) {
        return records.segment().get(ValueLayout.JAVA_LONG, RECORD * run) != 0;
    }

    /** Reads a run, whose second plane, if any, is the one at {@code at}; returns where the next one is. */
    long get(int run, long at, long[] negative, long[] zero) {
        MemorySegment.copy(records.segment(), ValueLayout.JAVA_LONG, RECORD * run + Long.BYTES, negative, 0, WORDS);
        if (!hasZeros(run)) {
            Arrays.fill(zero, 0);
            return at;
        }
        MemorySegment.copy(zeros.segment(), ValueLayout.JAVA_LONG, at, zero, 0, WORDS);
        return at + PLANE;
    }

    /** Returns the bytes of the second planes of some runs. */
    long zeroBytes(int begin, int end) {
        long bytes = 0;
        for (int run = begin; run < end; run++) {
            bytes += hasZeros(run) ? PLANE : 0;
        }
        return bytes;
    }

    Parts recordsIn(Parts parts) {
        return parts.in(records.segment());
    }

    Parts zerosIn(Parts parts) {
        return parts.in(zeros.segment());
    }

    /** Sets a rank's part to some runs without their second planes. */
    static void setRecords(Parts parts, int rank, int begin, int end) {
        parts.set(rank, RECORD * begin, RECORD * (end - begin));
    }
}
