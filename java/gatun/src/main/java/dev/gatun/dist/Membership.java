package dev.gatun.dist;

import java.util.List;

/**
 * Who belongs to a group, and whether they are all there. Ranks meet here before there is a transport, and hear of each
 * other's end. Thread-safe, but for {@link #gather}, which all ranks call in the same order.
 */
public interface Membership extends AutoCloseable {
    /** Returns the number of this rank, from 0. */
    int rank();

    /** Returns the number of ranks. */
    int size();

    /**
     * Collects a few bytes of every rank: addresses, digests, what was decided. Slow; for what is said once, not in
     * each step.
     *
     * @param topic what is collected; the same on all ranks
     * @param mine  this rank's bytes, at most 16 MiB
     * @return the bytes of all ranks in the order of their numbers, the same on each
     * @throws GroupException when a rank is lost, collects something else, or does not come in time
     */
    List<byte[]> gather(String topic, byte[] mine);

    /**
     * Returns if all ranks are there as far as is known; does not wait and does not allocate.
     *
     * @throws RankLostException otherwise
     */
    void check();

    /**
     * Tells the other ranks, if they can still be told, that this one gives up: their {@link #check} throws from then
     * on. Does not throw.
     *
     * @param reason what they print: {@code its loss is NaN at step 17}
     */
    void abort(String reason);

    /** Returns how other ranks are named in messages: {@code rank 2 (process 4711 on node7)}. */
    String describe(int rank);

    /**
     * Leaves the group: from now on the others do not miss this rank. Waits for nobody, but for a moment in which what
     * was said before goes out.
     */
    @Override
    void close();
}
