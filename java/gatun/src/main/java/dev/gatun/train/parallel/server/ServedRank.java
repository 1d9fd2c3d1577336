package dev.gatun.train.parallel.server;

import dev.gatun.dist.GroupException;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.train.step.Consensus;
import dev.gatun.train.step.RankRole;
import dev.gatun.train.step.StepPlan;
import java.nio.ByteBuffer;
import java.util.List;

/** The part of one rank where rank 0 holds the parameters. */
public sealed interface ServedRank extends Consensus, AutoCloseable permits ParameterServer, ServedWorker {
    /**
     * Creates the part of a rank.
     *
     * @param staleness rounds that a worker may be ahead of the slowest
     */
    static ServedRank of(ProcessGroup group, ServedModel model, int staleness) {
        return group.isFirst() ? new ParameterServer(group, model, staleness) : new ServedWorker(group, model);
    }

    /** Returns what the rank does in a step. */
    RankRole role();

    /** Comes before a step: completes its plan. */
    void prepare(StepPlan plan);

    /**
     * A run begins, or goes on, on all ranks: with the variables of rank 0, at its own round of the epoch on each.
     *
     * @throws GroupException on all ranks, when these rounds do not belong together
     */
    void begin(Place place);

    /**
     * All ranks meet at the end of an epoch or of the run: each has the variables of rank 0, and its average, from then
     * on.
     *
     * @param whole whether this rank has done all its rounds of the epoch
     * @return whether all have
     */
    boolean settle(boolean whole);

    /** Returns whether no update failed before its end. */
    boolean isWhole();

    /**
     * Returns the rounds of the epoch that each worker has finished, which checkpoints keep; none on a worker.
     *
     * @param round those that rank 0 has
     */
    List<Long> rounds(int round);

    /**
     * Goes on from what {@link #rounds} told.
     *
     * @return the rounds that this rank has finished
     */
    int restore(List<Long> rounds, int round);

    /** Returns how old parameters were, on rank 0. */
    Staleness staleness();

    @Override
    void close();

    /**
     * Where a rank is in a run.
     *
     * @param epoch epoch, from 0
     * @param round rounds of it that are done
     * @param ended whether these are all of them
     */
    record Place(int epoch, int round, boolean ended) {
        private static final int BYTES = 3 * Integer.BYTES;

        /** Collects the places of all ranks, and checks that they belong together. */
        static List<Place> ofAll(ProcessGroup group, Place mine) {
            List<Place> all = group.gather("where the run begins", ByteBuffer.allocate(BYTES).putInt(mine.epoch)
                    .putInt(mine.round).putInt(mine.ended ? 1 : 0).array()).stream().map(Place::read).toList();
            int workers = all.size() - 1;
            Place server = all.getFirst();
            long ahead = all.stream().skip(1).mapToLong(place -> place.round - server.round).sum();
            for (int rank = 1; rank < all.size(); rank++) {
                if (all.get(rank).epoch != server.epoch) {
                    throw apart(group, rank, all.get(rank), server);
                }
            }
            if (ahead < 0 || ahead >= workers) {
                throw apart(group, 1, all.get(1), server);
            }
            return all;
        }

        private static Place read(byte[] bytes) {
            if (bytes.length != BYTES) {
                throw new GroupException("a rank sent something else than where it begins: all must run the same"
                        + " version");
            }
            ByteBuffer numbers = ByteBuffer.wrap(bytes);
            return new Place(numbers.getInt(), numbers.getInt(), numbers.getInt() != 0);
        }

        private static GroupException apart(ProcessGroup group, int rank, Place place, Place server) {
            return new GroupException(group.members().describe(rank) + " begins after " + place.round
                    + " rounds of epoch " + (place.epoch + 1) + ", " + group.members().describe(0) + " after "
                    + server.round + " of epoch " + (server.epoch + 1) + ": start all from the same checkpoint");
        }
    }
}
