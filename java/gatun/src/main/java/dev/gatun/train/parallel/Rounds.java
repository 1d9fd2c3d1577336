package dev.gatun.train.parallel;

import dev.gatun.data.EpochBatches;
import dev.gatun.data.LastBatch;
import dev.gatun.data.Sampler;
import dev.gatun.data.Share;
import dev.gatun.data.SharedSampler;
import dev.gatun.options.WithMethods;
import dev.gatun.train.step.StepPlan;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The batches of an epoch. In each round all ranks have one batch together, each its share; a step has one round or
 * several.
 *
 * @param examples   examples of an epoch
 * @param batchSize  examples of all ranks in a round, at most {@code examples}
 * @param lastBatch  whether the examples that do not fill a round make a smaller one
 * @param accumulate rounds of a step
 * @param share      share of this rank
 */
@WithMethods
public record Rounds(int examples, int batchSize, LastBatch lastBatch, int accumulate, Share share)
        implements RoundsBuilder.With {

    /** Returns the number of rounds of an epoch. */
    public int count() {
        return Math.toIntExact(lastBatch.batches(examples, batchSize));
    }

    /** Returns the number of steps of an epoch. */
    public int steps() {
        return Math.ceilDiv(count(), accumulate);
    }

    /** Returns this rank's batches, its share of each round's examples in the order of all of them. */
    public EpochBatches batches(Sampler all) {
        return new EpochBatches(share.isAll() ? all : new SharedSampler(all, batchSize, lastBatch, share),
                share.size(batchSize));
    }

    /** Returns the examples of all ranks in a round, counted from 0. */
    public int size(int round) {
        return Math.min(batchSize, examples - round * batchSize);
    }

    /** Returns the sizes of batches that any rank has, the largest first. */
    public List<Integer> sizes() {
        int rest = lastBatch.keeps() ? examples % batchSize : 0;
        return IntStream.of(batchSize, rest)
                .flatMap(size -> IntStream.range(0, share.ranks()).map(rank -> share.of(rank).size(size)))
                .filter(size -> size > 0).distinct().boxed().toList();
    }

    /** Returns the largest number of batches that this rank has in a step. */
    public int mostBatches() {
        return Math.min(accumulate, count());
    }

    /** Returns whether a rank has no example of an epoch's last round. */
    public boolean hasIdleRanks() {
        return size(count() - 1) < share.ranks();
    }

    /**
     * Plans the step that begins at a round of an epoch.
     *
     * @param first  round of the epoch, counted from 0
     * @param before rounds of all epochs before
     */
    public void plan(StepPlan plan, int first, long before) {
        plan.clear();
        int last = Math.min(first + accumulate, count());
        double reference = part(size(first), 0);
        for (int round = first; round < last; round++) {
            int size = size(round);
            plan.examples += size;
            for (int rank = 0; rank < share.ranks(); rank++) {
                plan.weights += part(size, rank) / reference;
            }
            plan.ownExamples += share.size(size);
            if (share.size(size) > 0) {
                plan.add(share.size(size) / reference);
            }
        }
        plan.firstBatch = (before + first) * share.ranks() + share.rank() + 1;
        plan.summedWeights = plan.weights;
        plan.endsEpoch = last == count();
        plan.stride = share.ranks();
        plan.activeRanks = Math.min(share.ranks(), size(first));
    }

    private int part(int size, int rank) { // as Share.size does, without an object for each rank
        return size / share.ranks() + (rank < size % share.ranks() ? 1 : 0);
    }
}
