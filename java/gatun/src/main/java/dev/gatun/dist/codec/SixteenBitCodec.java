package dev.gatun.dist.codec;

import dev.gatun.dist.Parts;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.memory.HostBuffer;
import java.lang.foreign.MemorySegment;

/**
 * Sums numbers of 16 bits by two exchanges, window by window: each rank receives one chunk of every other, sums it in
 * f32 in the order of the ranks, rounds the sum, and sends it to all.
 */
final class SixteenBitCodec implements Codec {
    /** Elements of a chunk at most, which fit a second-level cache as floats. */
    private static final int CHUNK = 32 << 10;

    /** The largest magnitude in f16 may be 2^15: that, and what it rounds to, are below 65,504. */
    private static final int TOP = 15;

    private static final int MOST_EXPONENT = 126;

    private final SixteenBits type;
    private final int rank;
    private final int size;
    private final HostBuffer window;
    private final HostBuffer received;
    private final HostBuffer sum;
    private final RankNumbers largest;
    private final Parts outgoing;
    private final Parts incoming;

    SixteenBitCodec(SixteenBits type, ProcessGroup group, CodecMemory memory) {
        this.type = type;
        rank = group.rank();
        size = group.size();
        outgoing = new Parts(size);
        incoming = new Parts(size);
        window = memory.staging("gradients of 16 bits", (long) SixteenBits.BYTES * CHUNK * size);
        received = memory.staging("gradients of 16 bits, received", (long) SixteenBits.BYTES * CHUNK * size);
        sum = memory.staging("sums of gradients of 16 bits", (long) Float.BYTES * CHUNK);
        largest = new RankNumbers(1, group, memory);
    }

    @Override
    public void reduce(ProcessGroup group, MemorySegment gradients, long at, int elements, int first, int end) {
        float scale = 1;
        if (type == SixteenBits.F16) {
            largest.set(0, Float.intBitsToFloat(Floats.largestMagnitude(gradients, at, elements)));
            largest.gather(group, 1);
            double bound = largest.get(0, 0);
            for (int other = 1; other < size; other++) {
                bound = Math.max(bound, largest.get(other, 0)); // NaN if one is
            }
            if (!(bound <= Float.MAX_VALUE)) {
                Floats.fill(gradients, at, elements, Float.NaN);
                return;
            }
            scale = scale(bound * size);
        }
        for (long done = 0; done < elements; done += (long) CHUNK * size) {
            int count = (int) Math.min((long) CHUNK * size, elements - done);
            reduceWindow(group, gradients, at + Float.BYTES * done, count, scale);
        }
    }

    /** The largest power of two with which a bound of all sums stays in range, and whose inverse is a float. */
    private static float scale(double bound) {
        int exponent = bound == 0 ? 0 : TOP - 1 - Math.getExponent(bound);
        return Math.scalb(1f, Math.clamp(exponent, -MOST_EXPONENT, MOST_EXPONENT));
    }

    private void reduceWindow(ProcessGroup group, MemorySegment gradients, long at, int count, float scale) {
        MemorySegment halves = window.segment();
        type.encode(gradients, at, halves, 0, count, scale);
        int begin = begin(count, rank);
        int mine = begin(count, rank + 1) - begin;
        outgoing.in(halves);
        incoming.in(received.segment());
        for (int other = 0; other < size; other++) {
            setPart(outgoing, other, begin(count, other), begin(count, other + 1));
            setPart(incoming, other, other * mine, (other + 1) * mine);
        }
        group.exchange(outgoing, incoming);
        MemorySegment total = sum.segment();
        type.decode(received.segment(), 0, total, 0, mine, 1);
        for (int other = 1; other < size; other++) {
            type.add(received.segment(), (long) SixteenBits.BYTES * other * mine, total, 0, mine);
        }
        type.encode(total, 0, halves, (long) SixteenBits.BYTES * begin, mine, 1);
        outgoing.in(halves);
        incoming.in(halves);
        for (int other = 0; other < size; other++) {
            if (other != rank) {
                setPart(outgoing, other, begin, begin + mine);
                setPart(incoming, other, begin(count, other), begin(count, other + 1));
            }
        }
        group.exchange(outgoing, incoming);
        type.decode(halves, 0, gradients, at, count, 1 / scale);
    }

    private static void setPart(Parts parts, int rank, int begin, int end) {
        parts.set(rank, (long) SixteenBits.BYTES * begin, (long) SixteenBits.BYTES * (end - begin));
    }

    /** Where the chunk of a rank begins in a window. */
    private int begin(int count, int of) {
        return (int) ((long) count * of / size);
    }
}
