package dev.gatun.mpi;

import dev.gatun.dist.Waiting;
import dev.gatun.dist.Watch;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The messages that are on their way, one or none in each direction for each rank. They are asked about again and again
 * and never waited for in MPI, where nothing could end the wait.
 */
final class Requests implements AutoCloseable {
    /** How long to wait for receives that were given up, which MPI owes in short time. */
    private static final long CANCEL_NANOS = 500_000_000;

    /** In the place of a peer: all ranks. */
    private static final int ALL = -1;

    private final MpiCalls calls;
    private final int handleBytes;
    private final int[] peers;
    private final HostBuffer memory;
    private final long requests;
    private final long statuses;
    private final long flag;
    private final Waiting waiting = new Waiting();
    private int receives;
    private int count;

    Requests(MpiCalls calls, int ranks, MemoryBudget budget) {
        this.calls = calls;
        Family.Sizes sizes = calls.family().sizes();
        handleBytes = sizes.handle();
        int most = 2 * ranks;
        peers = new int[most];
        memory = budget.allocate(Role.STAGING, "requests of MPI",
                (long) most * (sizes.status() + Long.BYTES) + Long.BYTES);
        flag = memory.segment().address();
        requests = flag + Long.BYTES;
        statuses = requests + (long) most * Long.BYTES;
    }

    /** Begins to receive; all receives are begun before the sends. */
    void receive(long address, int bytes, int peer, int tag) {
        calls.receive(address, bytes, peer, tag, request(count));
        peers[count++] = peer;
        receives = count;
    }

    /** Begins to send. */
    void send(long address, int bytes, int peer, int tag) {
        calls.send(address, bytes, peer, tag, request(count));
        peers[count++] = peer;
    }

    /** Begins to sum floats over all ranks. */
    void sum(long address, int floats) {
        calls.sum(address, floats, request(count));
        peers[count++] = ALL;
    }

    /** Returns whether a message of another rank has come that is not received; no request may be open. */
    boolean isWaiting(int peer, int tag) {
        calls.probe(peer, tag, flag, statuses);
        return memory.segment().get(ValueLayout.JAVA_INT, 0) != 0;
    }

    private long request(int index) {
        return requests + (long) index * handleBytes;
    }

    /** Returns when all messages have come and gone. */
    void await(Watch watch) {
        waiting.reset();
        while (!areDone()) {
            waiting.pause(watch);
        }
        forget();
    }

    private boolean areDone() {
        int status = calls.testAll(count, requests, flag, statuses);
        if (status != 0) {
            throw failure(status);
        }
        return memory.segment().get(ValueLayout.JAVA_INT, 0) != 0;
    }

    private RuntimeException failure(int status) {
        if (calls.family().isInStatus(calls.errorClass(status))) {
            Family.Sizes sizes = calls.family().sizes();
            MemorySegment segment = memory.segment();
            for (int i = 0; i < count; i++) {
                int error = segment.get(ValueLayout.JAVA_INT,
                        statuses - flag + (long) i * sizes.status() + sizes.error());
                if (error != 0 && !calls.family().isPending(calls.errorClass(error))) {
                    return peers[i] == ALL ? calls.failure(error, MpiFunction.IALLREDUCE, "")
                            : i < receives ? calls.failure(error, MpiFunction.IRECV, " from rank " + peers[i])
                            : calls.failure(error, MpiFunction.ISEND, " to rank " + peers[i]);
                }
            }
        }
        return calls.failure(status, MpiFunction.TESTALL, "");
    }

    /**
     * Gives up what is on its way, as far as MPI allows: receives are cancelled, so that their memory is the caller's
     * again, sends are left to themselves, and sums cannot be stopped. Whatever remains is moved by nobody, as MPI is
     * not called any more.
     */
    void abandon() {
        for (int i = receives; i < count; i++) {
            if (peers[i] != ALL) {
                calls.free(request(i));
            }
        }
        for (int i = 0; i < receives; i++) {
            calls.cancel(request(i));
        }
        long end = System.nanoTime() + CANCEL_NANOS;
        while (receives > 0 && calls.testAll(receives, requests, flag, statuses) == 0
                && memory.segment().get(ValueLayout.JAVA_INT, 0) == 0 && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        forget();
    }

    private void forget() {
        count = 0;
        receives = 0;
    }

    @Override
    public void close() {
        memory.close();
    }
}
