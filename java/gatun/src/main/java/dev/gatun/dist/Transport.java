package dev.gatun.dist;

import java.lang.foreign.MemorySegment;

/**
 * Moves bytes between the ranks of a group. All ranks call the same methods with the same sizes in the same order, but
 * for exchanges of some ranks only: for each pair of ranks, what one sends to the other in its exchanges, in their
 * order, is what the other receives in its own. A transport is used by one thread at a time, and no method allocates
 * once the first exchange is done.
 */
public interface Transport extends AutoCloseable {
    /** Returns the name in messages and tables: {@code shared memory}, {@code tcp}, {@code mpi}. */
    String name();

    /** Returns the number of this rank, from 0. */
    int rank();

    /** Returns the number of ranks. */
    int size();

    /**
     * Sends to each rank {@code r} its part of {@code outgoing} and receives its part of {@code incoming} from it. What
     * {@code a} has as outgoing for {@code b} is as long as what {@code b} has as incoming from {@code a}; a part of
     * zero bytes moves nothing. The own part is copied, unless both are the same memory. Returns when all incoming
     * parts are there and the outgoing ones may be changed.
     *
     * @throws GroupException as {@code watch} does, or when a connection fails
     */
    void exchange(Parts outgoing, Parts incoming, Watch watch);

    /**
     * Replaces floats by the sum over the ranks in the order of their numbers, {@code ((x0 + x1) + x2) + ...}, with the
     * same bits on each, where the transport can do that better than by exchanges.
     *
     * @param values f32, the same number on each rank
     * @param offset first byte of the range in it, a multiple of 4
     * @param bytes  size of the range
     * @return false when nothing was done, on all ranks alike
     */
    default boolean sum(MemorySegment values, long offset, long bytes, Watch watch) {
        return false;
    }

    /**
     * Returns whether bytes have arrived from a rank that no exchange has taken yet. An exchange with that rank alone,
     * all other parts being empty, then has something to receive. Neither waits nor allocates; false for the own rank.
     */
    boolean isWaiting(int from);

    /** Returns the bytes that this rank has sent to others so far, its own copies not counted. */
    long sentBytes();

    /** Gives up all connections and memory. May be called while another rank is lost; never waits for one. */
    @Override
    void close();
}
