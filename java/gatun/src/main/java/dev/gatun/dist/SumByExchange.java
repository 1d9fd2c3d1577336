package dev.gatun.dist;

import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import java.lang.foreign.MemorySegment;

/**
 * Sums floats by two exchanges: each rank receives one chunk of every other, sums it in the order of the ranks, and
 * sends the sum to all. Each rank sends and receives {@code 2 (n - 1) / n} of the bytes, as in a ring, in two steps
 * instead of {@code 2 (n - 1)}, and each sum is taken once, so that all ranks have the same bits.
 */
final class SumByExchange implements AutoCloseable {
    /** Bytes of a chunk at most: what is received fits a second-level cache. */
    private static final long CHUNK = 256 << 10;

    private final Transport transport;
    private final Parts outgoing;
    private final Parts incoming;
    private final HostBuffer received;
    private final FloatSums sums = new FloatSums();

    SumByExchange(Transport transport, MemoryBudget budget) {
        this.transport = transport;
        int size = transport.size();
        outgoing = new Parts(size);
        incoming = new Parts(size);
        received = budget.allocate(Role.STAGING, "chunks of all ranks", size > 1 ? CHUNK * size : 0);
    }

    void run(MemorySegment values, long offset, long bytes, Watch watch) {
        int size = transport.size();
        for (long done = 0; done < bytes; done += CHUNK * size) {
            window(values, offset + done, Math.min(CHUNK * size, bytes - done), watch);
        }
    }

    private void window(MemorySegment values, long offset, long bytes, Watch watch) {
        int size = transport.size();
        int me = transport.rank();
        long mine = end(bytes, me) - begin(bytes, me);
        outgoing.in(values);
        incoming.in(received.segment());
        for (int rank = 0; rank < size; rank++) {
            outgoing.set(rank, offset + begin(bytes, rank), end(bytes, rank) - begin(bytes, rank));
            incoming.set(rank, rank * mine, mine);
        }
        transport.exchange(outgoing, incoming, watch);
        sums.sum(received.segment(), 0, mine, size, values, offset + begin(bytes, me), mine);
        outgoing.in(values);
        incoming.in(values);
        for (int rank = 0; rank < size; rank++) {
            if (rank != me) {
                outgoing.set(rank, offset + begin(bytes, me), mine);
                incoming.set(rank, offset + begin(bytes, rank), end(bytes, rank) - begin(bytes, rank));
            }
        }
        transport.exchange(outgoing, incoming, watch);
    }

    /** Where the chunk of a rank begins in a window. */
    private long begin(long bytes, int rank) {
        long floats = bytes / Float.BYTES;
        return floats * rank / transport.size() * Float.BYTES;
    }

    private long end(long bytes, int rank) {
        return begin(bytes, rank + 1);
    }

    @Override
    public void close() {
        received.close();
    }
}
