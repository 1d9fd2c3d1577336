package dev.gatun.mpi;

import dev.gatun.dist.GroupException;
import dev.gatun.dist.Membership;
import dev.gatun.dist.Parts;
import dev.gatun.dist.Transport;
import dev.gatun.dist.Watch;
import dev.gatun.memory.MemoryBudget;
import java.lang.foreign.MemorySegment;

/**
 * Ranks that send each other messages over MPI. Memory is native, and MPI reads and writes it where it lies. Once an
 * exchange has failed, none can follow: what MPI still holds is not known.
 */
final class MpiTransport implements Transport {
    private static final int EXCHANGE = 1;

    private final MpiRuntime runtime;
    private final Membership members;
    private final MpiOptions options;
    private final int rank;
    private final int size;
    private final Requests requests;
    private long sent;
    private boolean broken;
    private boolean closed;

    MpiTransport(MpiRuntime runtime, Membership members, MpiOptions options, MemoryBudget budget) {
        this.runtime = runtime;
        this.members = members;
        this.options = options;
        rank = members.rank();
        size = members.size();
        MpiCalls calls = runtime.calls();
        int mpiRank = calls.rank();
        int mpiSize = calls.size();
        if (mpiRank != rank || mpiSize != size) {
            throw new GroupException("this is rank " + rank + " of " + size + ", but rank " + mpiRank + " of "
                    + mpiSize + " for " + calls.library().describe()
                    + ": start all ranks with the mpirun or srun of this MPI, or choose another transport");
        }
        runtime.open();
        requests = new Requests(calls, size, budget);
    }

    @Override
    public String name() {
        return MpiProvider.NAME;
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long sentBytes() {
        return sent;
    }

    @Override
    public void exchange(Parts outgoing, Parts incoming, Watch watch) {
        checkUsable();
        Parts.copyOwn(rank, outgoing, incoming);
        long largest = 0;
        long bytes = 0;
        for (int peer = 0; peer < size; peer++) {
            if (peer != rank) {
                largest = Math.max(largest, Math.max(outgoing.bytes(peer), incoming.bytes(peer)));
                bytes += outgoing.bytes(peer);
            }
        }
        if (largest == 0) {
            return;
        }
        checkMemory(outgoing.segment());
        checkWritable(incoming.segment());
        try {
            // Rounds of one message for each pair: messages of a pair keep their order, so none needs a number.
            for (long done = 0; done < largest; done += options.pieceBytes()) {
                begin(outgoing, incoming, done);
                requests.await(watch);
            }
        } catch (RuntimeException e) {
            throw broken(e);
        }
        sent += bytes;
    }

    @Override
    public boolean isWaiting(int from) {
        checkUsable();
        try {
            return from != rank && requests.isWaiting(from, EXCHANGE);
        } catch (RuntimeException e) {
            throw broken(e);
        }
    }

    private void begin(Parts outgoing, Parts incoming, long done) {
        for (int i = 1; i < size; i++) {
            int from = (rank - i + size) % size;
            int piece = piece(incoming.bytes(from), done);
            if (piece > 0) {
                requests.receive(incoming.segment().address() + incoming.offset(from) + done, piece, from, EXCHANGE);
            }
        }
        for (int i = 1; i < size; i++) {
            int to = (rank + i) % size;
            int piece = piece(outgoing.bytes(to), done);
            if (piece > 0) {
                requests.send(outgoing.segment().address() + outgoing.offset(to) + done, piece, to, EXCHANGE);
            }
        }
    }

    private int piece(long bytes, long done) {
        return (int) Math.max(0, Math.min(options.pieceBytes(), bytes - done));
    }

    @Override
    public boolean sum(MemorySegment values, long offset, long bytes, Watch watch) {
        if (options.order() == SumOrder.RANKS) {
            return false;
        }
        checkUsable();
        checkWritable(values);
        try {
            for (long done = 0; done < bytes; done += options.pieceBytes()) {
                requests.sum(values.address() + offset + done, piece(bytes, done) / Float.BYTES);
                requests.await(watch);
            }
        } catch (RuntimeException e) {
            throw broken(e);
        }
        sent += 2 * bytes / size * (size - 1); // what a ring would send: MPI does not say
        return true;
    }

    private RuntimeException broken(RuntimeException e) {
        broken = true;
        runtime.fail();
        requests.abandon();
        return e;
    }

    private void checkUsable() {
        if (closed) {
            throw new IllegalStateException("the transport is closed");
        }
        if (broken) {
            throw new GroupException("an earlier exchange over MPI failed: none can follow");
        }
    }

    /** MPI gets a bare address: what a segment would refuse is refused here. */
    private static void checkMemory(MemorySegment segment) {
        if (!segment.isNative() || !segment.scope().isAlive() || !segment.isAccessibleBy(Thread.currentThread())) {
            throw new IllegalArgumentException("MPI moves native memory that is open and of this thread, not "
                    + segment);
        }
    }

    private static void checkWritable(MemorySegment segment) {
        checkMemory(segment);
        if (segment.isReadOnly()) {
            throw new IllegalArgumentException("MPI cannot receive into memory that is read-only: " + segment);
        }
    }

    /** Gives up the memory. MPI itself ends with the process. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            members.check();
        } catch (RuntimeException _) {
            runtime.fail(); // somebody is lost, which everybody has heard elsewhere
        }
        requests.close();
        runtime.close();
    }
}
