package dev.gatun.dist;

import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.function.IntPredicate;

/**
 * Ranks that compute together: sums, broadcasts and gathers of memory. All ranks call the same collective operations
 * with the same sizes in the same order; each may be called by any thread, one at a time. Sums are taken in the order
 * of the ranks, whatever the transport, and have the same bits on every rank; no operation allocates once it has run
 * with the same size before.
 *
 * <p>When a rank is lost, every operation of the others throws {@link RankLostException} within seconds, and the memory
 * that was to be filled has no defined content.
 */
public final class ProcessGroup implements AutoCloseable {
    private final Membership members;
    private final Transport transport;
    private final Deadline deadline;
    private final SumByExchange sums;
    private final Parts outgoing;
    private final Parts incoming;
    private final HostBuffer small;
    private final Waiting waiting = new Waiting();
    private long operations;
    private boolean closed;

    /**
     * Creates a group, which closes transport and membership.
     *
     * @throws IllegalArgumentException when the two do not have the same rank and size
     */
    public ProcessGroup(Membership members, Transport transport, GroupOptions options, MemoryBudget budget) {
        if (members.rank() != transport.rank() || members.size() != transport.size()) {
            throw new IllegalArgumentException("rank " + members.rank() + " of " + members.size()
                    + " got a transport of rank " + transport.rank() + " of " + transport.size());
        }
        this.members = members;
        this.transport = transport;
        deadline = new Deadline(members, options.timeout());
        sums = new SumByExchange(transport, budget);
        outgoing = new Parts(transport.size());
        incoming = new Parts(transport.size());
        small = budget.allocate(Role.STAGING, "numbers of all ranks", SMALL_BYTES);
    }

    /** Room for the few numbers of {@link #sum(double[])}. */
    private static final long SMALL_BYTES = 64 << 10;

    /** Returns the number of this rank, from 0. */
    public int rank() {
        return transport.rank();
    }

    /** Returns the number of ranks. */
    public int size() {
        return transport.size();
    }

    /** Returns whether this is rank 0, which writes what is written once. */
    public boolean isFirst() {
        return rank() == 0;
    }

    /** Returns the transport. */
    public Transport transport() {
        return transport;
    }

    /** Returns who belongs to the group. */
    public Membership members() {
        return members;
    }

    /**
     * Replaces floats by their sum or mean over the ranks.
     *
     * @param values f32, in host memory
     * @param offset first byte of the range, a multiple of 4
     * @param bytes  size of the range, a multiple of 4, the same on each rank
     */
    public synchronized void allReduce(MemorySegment values, long offset, long bytes, Reduction reduction) {
        Objects.checkFromIndexSize(offset, bytes, values.byteSize());
        if (offset % Float.BYTES != 0 || bytes % Float.BYTES != 0) {
            throw new IllegalArgumentException("a range of floats begins and ends at multiples of 4 bytes, not at "
                    + offset + " and " + (offset + bytes));
        }
        begin("all-reduce", bytes);
        if (size() > 1 && bytes > 0 && !transport.sum(values, offset, bytes, deadline)) {
            sums.run(values, offset, bytes, deadline);
        }
        if (reduction == Reduction.MEAN) {
            scale(values, offset, bytes, 1f / size());
        }
    }

    private static void scale(MemorySegment values, long offset, long bytes, float factor) {
        for (long at = offset; at < offset + bytes; at += Float.BYTES) {
            values.set(ValueLayout.JAVA_FLOAT, at, values.get(ValueLayout.JAVA_FLOAT, at) * factor);
        }
    }

    /** Replaces numbers by their sums over the ranks, in the order of the ranks: counts, losses, votes. */
    public synchronized void sum(double[] numbers) {
        long bytes = (long) numbers.length * Double.BYTES;
        long room = bytes * (size() + 1L);
        if (room > SMALL_BYTES) {
            throw new IllegalArgumentException(numbers.length + " numbers of " + size() + " ranks are too many");
        }
        begin("sum of numbers", bytes);
        MemorySegment segment = small.segment();
        MemorySegment.copy(numbers, 0, segment, ValueLayout.JAVA_DOUBLE, bytes * size(), numbers.length);
        gather(segment, bytes * size(), bytes, segment);
        for (int i = 0; i < numbers.length; i++) {
            double sum = segment.get(ValueLayout.JAVA_DOUBLE, (long) i * Double.BYTES);
            for (int rank = 1; rank < size(); rank++) {
                sum += segment.get(ValueLayout.JAVA_DOUBLE, rank * bytes + (long) i * Double.BYTES);
            }
            numbers[i] = sum;
        }
    }

    /**
     * Collects equally large memory of all ranks.
     *
     * @param mine this rank's
     * @param all  {@link #size()} times as large; in the order of the ranks
     */
    public synchronized void allGather(MemorySegment mine, MemorySegment all) {
        if (all.byteSize() != mine.byteSize() * size()) {
            throw new IllegalArgumentException(mine.byteSize() + " bytes of each of " + size()
                    + " ranks do not fill " + all.byteSize());
        }
        begin("all-gather", mine.byteSize());
        gather(mine, 0, mine.byteSize(), all);
    }

    /** The parts at the beginning of {@code all}, in the order of the ranks. */
    private void gather(MemorySegment mine, long offset, long bytes, MemorySegment all) {
        outgoing.in(mine);
        incoming.in(all);
        for (int rank = 0; rank < size(); rank++) {
            outgoing.set(rank, offset, bytes);
            incoming.set(rank, rank * bytes, bytes);
        }
        transport.exchange(outgoing, incoming, deadline);
    }

    /** Sends memory of one rank to all others, which have as much. */
    public synchronized void broadcast(MemorySegment memory, int root) {
        Objects.checkIndex(root, size());
        begin("broadcast", memory.byteSize());
        outgoing.in(memory);
        incoming.in(memory);
        if (rank() == root) {
            for (int rank = 0; rank < size(); rank++) {
                outgoing.set(rank, 0, rank == root ? 0 : memory.byteSize());
            }
        } else {
            incoming.set(root, 0, memory.byteSize());
        }
        transport.exchange(outgoing, incoming, deadline);
    }

    /** Sends each rank its part and receives that of each: see {@link Transport#exchange}. */
    public synchronized void exchange(Parts sent, Parts received) {
        begin("exchange", sent.segment().byteSize());
        transport.exchange(sent, received, deadline);
    }

    /**
     * Sends memory to another rank, which {@linkplain #receive receives} as much from this one; the others take no part
     * in it.
     */
    public synchronized void send(MemorySegment memory, int to) {
        checkOther(to);
        begin("message", memory.byteSize());
        outgoing.in(memory).set(to, 0, memory.byteSize());
        transport.exchange(outgoing, incoming.in(MemorySegment.NULL), deadline);
    }

    /** Receives what another rank {@linkplain #send sends} to this one. */
    public synchronized void receive(MemorySegment memory, int from) {
        checkOther(from);
        begin("message", memory.byteSize());
        incoming.in(memory).set(from, 0, memory.byteSize());
        transport.exchange(outgoing.in(MemorySegment.NULL), incoming, deadline);
    }

    /** Returns whether another rank has sent something that this one has not received; does not wait. */
    public synchronized boolean isWaiting(int from) {
        checkOther(from);
        checkOpen();
        members.check();
        return transport.isWaiting(from);
    }

    /**
     * Waits until one of some ranks has sent something that this one has not received.
     *
     * @param first   the rank that is looked at first; the others follow in turn
     * @param senders which other ranks are looked at: not those that already wait for all in a collective operation,
     *                whose parts of it may be on their way
     * @return the first rank found
     */
    public synchronized int awaitSender(int first, IntPredicate senders) {
        Objects.checkIndex(first, size());
        begin("message", 0);
        waiting.reset();
        while (true) {
            for (int i = 0; i < size(); i++) {
                int from = (first + i) % size();
                if (from != rank() && senders.test(from) && transport.isWaiting(from)) {
                    return from;
                }
            }
            waiting.pause(deadline);
        }
    }

    private void checkOther(int rank) {
        Objects.checkIndex(rank, size());
        if (rank == rank()) {
            throw new IllegalArgumentException("rank " + rank + " sends nothing to itself");
        }
    }

    /** Returns when all ranks have come here. */
    public synchronized void barrier() {
        begin("barrier", 1);
        gather(small.segment(), size(), 1, small.segment());
    }

    /** Collects a few bytes of every rank: see {@link Membership#gather}. */
    public synchronized List<byte[]> gather(String topic, byte[] mine) {
        begin(topic, mine.length);
        return members.gather(topic, mine);
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the process group is closed");
        }
    }

    private void begin(String what, long bytes) {
        checkOpen();
        members.check();
        deadline.start(what, bytes, ++operations);
    }

    /** Leaves the group and frees its memory. The other ranks do not wait for this. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            transport.close();
        } finally {
            try {
                members.close();
            } finally {
                sums.close();
                small.close();
            }
        }
    }
}
