package dev.gatun.train.step;

import java.util.Arrays;

/**
 * What a step is to do: this rank's batches, and what all ranks have together. There is one object for all steps.
 */
public final class StepPlan {
    /** Seed of dropout, combined with the batch. */
    public long seed;
    /** Number of the step, from 1. */
    public long number;
    /** Number of this rank's first batch among those of all ranks in the run, from 1. */
    public long firstBatch;
    /** What the number of a batch differs by from that of this rank's batch before: the number of ranks. */
    public int stride = 1;
    /** Number of this rank's batches; 0 where the last examples of an epoch are fewer than there are ranks. */
    public int batches;
    /** Number of ranks that have a batch. */
    public int activeRanks = 1;
    /** Examples of all ranks. */
    public long examples;
    /** Examples of this rank. */
    public long ownExamples;
    /** Weights of the batches of all ranks. */
    public double weights;
    /** Weights of the batches whose gradients are summed: of all ranks, or of this one where each steps by its own. */
    public double summedWeights;
    /** Whether it is the last step of an epoch. */
    public boolean endsEpoch;

    private final double[] own;

    /**
     * Creates a plan.
     *
     * @param mostBatches largest number of batches of this rank in a step
     */
    public StepPlan(int mostBatches) {
        own = new double[mostBatches];
    }

    /** Plans a step of this rank alone, whose batches have the given sizes. */
    public static StepPlan of(long seed, long number, long firstBatch, int... sizes) {
        StepPlan plan = new StepPlan(sizes.length);
        plan.seed = seed;
        plan.number = number;
        plan.firstBatch = firstBatch;
        for (int size : sizes) {
            plan.add((double) size / sizes[0]);
            plan.weights += (double) size / sizes[0];
        }
        plan.summedWeights = plan.weights;
        plan.examples = Arrays.stream(sizes).asLongStream().sum();
        plan.ownExamples = plan.examples;
        return plan;
    }

    /** Removes all batches. */
    public void clear() {
        batches = 0;
        examples = 0;
        ownExamples = 0;
        weights = 0;
        summedWeights = 0;
    }

    /** Adds a batch of this rank whose mean loss has a weight in that of the step. */
    public void add(double weight) {
        own[batches++] = weight;
    }

    /** Returns the weights of this rank's batches. */
    public double ownWeights() {
        double sum = 0;
        for (int i = 0; i < batches; i++) {
            sum += own[i];
        }
        return sum;
    }

    /** Returns the weight of one of this rank's batches: its size relative to the first batch of the step. */
    public double weight(int batch) {
        return own[batch];
    }
}
