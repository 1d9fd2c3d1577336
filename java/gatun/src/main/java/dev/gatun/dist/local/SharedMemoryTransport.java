package dev.gatun.dist.local;

import dev.gatun.dist.FloatSums;
import dev.gatun.dist.Parts;
import dev.gatun.dist.Transport;
import dev.gatun.dist.Waiting;
import dev.gatun.dist.Watch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Ranks that share memory: threads of one process or processes of one machine. An exchange goes through a ring of slots
 * for each pair of ranks; a sum is taken window by window, each rank summing its part of all ranks' windows.
 */
final class SharedMemoryTransport implements Transport {
    private static final VarHandle COUNTER = ValueLayout.JAVA_LONG.varHandle();

    private final int rank;
    private final SharedLayout layout;
    private final MemorySegment shared;
    private final Runnable release;
    private final Waiting waiting = new Waiting();
    private final FloatSums sums = new FloatSums();
    private final long[] sending;
    private final long[] receiving;
    private long windows;
    private long sent;
    private boolean closed;

    /**
     * Creates the transport of one rank.
     *
     * @param shared  memory of all ranks, zero when the first of them comes
     * @param release gives this rank's hold of it up
     */
    SharedMemoryTransport(int rank, SharedLayout layout, MemorySegment shared, Runnable release) {
        this.rank = rank;
        this.layout = layout;
        this.shared = shared;
        this.release = release;
        sending = new long[layout.ranks()];
        receiving = new long[layout.ranks()];
    }

    @Override
    public String name() {
        return "shared memory";
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return layout.ranks();
    }

    @Override
    public long sentBytes() {
        return sent;
    }

    private long counter(long at) {
        return (long) COUNTER.getAcquire(shared, at);
    }

    private void count(long at, long value) {
        COUNTER.setRelease(shared, at, value);
    }

    @Override
    public void exchange(Parts outgoing, Parts incoming, Watch watch) {
        Parts.copyOwn(rank, outgoing, incoming);
        int open = 0;
        for (int peer = 0; peer < size(); peer++) {
            sending[peer] = peer == rank ? 0 : outgoing.bytes(peer);
            receiving[peer] = peer == rank ? 0 : incoming.bytes(peer);
            sent += sending[peer];
            open += (sending[peer] > 0 ? 1 : 0) + (receiving[peer] > 0 ? 1 : 0);
        }
        waiting.reset();
        while (open > 0) {
            boolean moved = false;
            for (int i = 1; i < size(); i++) {
                int to = (rank + i) % size();
                if (sending[to] > 0 && send(outgoing, to)) {
                    moved = true;
                    open -= sending[to] == 0 ? 1 : 0;
                }
                int from = (rank - i + size()) % size();
                if (receiving[from] > 0 && receive(incoming, from)) {
                    moved = true;
                    open -= receiving[from] == 0 ? 1 : 0;
                }
            }
            if (moved) {
                waiting.reset();
            } else {
                waiting.pause(watch);
            }
        }
    }

    private boolean send(Parts outgoing, int to) {
        long written = counter(layout.written(rank, to)); // only this rank writes it
        if (written - counter(layout.read(rank, to)) == SharedLayout.SLOTS) {
            return false;
        }
        long bytes = Math.min(layout.slotBytes(), sending[to]);
        long at = outgoing.offset(to) + outgoing.bytes(to) - sending[to];
        MemorySegment.copy(outgoing.segment(), at, shared, layout.slot(rank, to, written), bytes);
        count(layout.written(rank, to), written + 1);
        sending[to] -= bytes;
        return true;
    }

    private boolean receive(Parts incoming, int from) {
        long read = counter(layout.read(from, rank));
        if (counter(layout.written(from, rank)) == read) {
            return false;
        }
        long bytes = Math.min(layout.slotBytes(), receiving[from]);
        long at = incoming.offset(from) + incoming.bytes(from) - receiving[from];
        MemorySegment.copy(shared, layout.slot(from, rank, read), incoming.segment(), at, bytes);
        count(layout.read(from, rank), read + 1);
        receiving[from] -= bytes;
        return true;
    }

    @Override
    public boolean isWaiting(int from) {
        return counter(layout.written(from, rank)) != counter(layout.read(from, rank));
    }

    @Override
    public boolean sum(MemorySegment values, long offset, long bytes, Watch watch) {
        for (long done = 0; done < bytes; done += layout.windowBytes()) {
            sumWindow(values, offset + done, Math.min(layout.windowBytes(), bytes - done), watch);
        }
        sent += bytes;
        return true;
    }

    private void sumWindow(MemorySegment values, long at, long bytes, Watch watch) {
        long number = windows++;
        MemorySegment.copy(values, at, shared, layout.window(rank, number), bytes);
        count(layout.filled(rank), number + 1);
        for (int peer = 0; peer < size(); peer++) {
            awaitCounter(layout.filled(peer), number + 1, watch);
        }
        long begin = part(bytes, rank);
        sums.sum(shared, layout.window(0, number) + begin, layout.windowBytes(), size(),
                shared, layout.result(number) + begin, part(bytes, rank + 1) - begin);
        count(layout.summed(rank), number + 1);
        for (int peer = 0; peer < size(); peer++) {
            awaitCounter(layout.summed(peer), number + 1, watch);
        }
        // Nobody writes to this result again before all have filled the window after the next: after this copy.
        MemorySegment.copy(shared, layout.result(number), values, at, bytes);
    }

    /** Where the part of a window that a rank sums begins: at whole cache lines. */
    private long part(long bytes, int of) {
        return of == size() ? bytes : bytes / 64 * of / size() * 64;
    }

    private void awaitCounter(long at, long value, Watch watch) {
        waiting.reset();
        while (counter(at) < value) {
            waiting.pause(watch);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            release.run();
        }
    }
}
