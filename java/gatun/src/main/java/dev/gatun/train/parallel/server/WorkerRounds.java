package dev.gatun.train.parallel.server;

import java.util.Arrays;

/**
 * Which rounds of an epoch each worker has finished, and who may go on: a worker that is more than {@code staleness}
 * rounds ahead of the slowest waits for it (stale synchronous parallel; Ho et al., 2013). Workers are counted from 0.
 */
final class WorkerRounds {
    private final int staleness;
    private final int[] finished;
    private final Phase[] phases;

    /** What a worker does. */
    private enum Phase {
        /** Its next gradients are on their way. */
        COMPUTES,
        /** It waits for an answer. */
        WAITS,
        /** It has finished all rounds of the epoch. */
        HAS_ENDED
    }

    WorkerRounds(int workers, int staleness) {
        this.staleness = staleness;
        finished = new int[workers];
        phases = new Phase[workers];
        startEpoch();
    }

    /** All workers begin an epoch. */
    void startEpoch() {
        Arrays.fill(finished, 0);
        Arrays.fill(phases, Phase.COMPUTES);
    }

    /** A worker goes on after some rounds of an epoch. */
    void start(int worker, int rounds, boolean ended) {
        finished[worker] = rounds;
        phases[worker] = ended ? Phase.HAS_ENDED : Phase.COMPUTES;
    }

    int workers() {
        return finished.length;
    }

    int finished(int worker) {
        return finished[worker];
    }

    /** A worker has finished a round. */
    void finish(int worker, boolean last) {
        if (phases[worker] != Phase.COMPUTES) {
            throw new IllegalStateException("worker " + worker + " finished a round that it had not begun");
        }
        finished[worker]++;
        phases[worker] = last ? Phase.HAS_ENDED : Phase.WAITS;
    }

    /** A worker was answered. */
    void goOn(int worker) {
        phases[worker] = Phase.COMPUTES;
    }

    boolean computes(int worker) {
        return phases[worker] == Phase.COMPUTES;
    }

    boolean waits(int worker) {
        return phases[worker] == Phase.WAITS;
    }

    /** Whether a worker waits that need not. */
    boolean mayGoOn(int worker) {
        return waits(worker) && finished[worker] - slowest() <= staleness;
    }

    private int slowest() {
        int least = finished[0];
        for (int rounds : finished) {
            least = Math.min(least, rounds);
        }
        return least;
    }

    /** Rounds that all workers together have finished. */
    long total() {
        long sum = 0;
        for (int rounds : finished) {
            sum += rounds;
        }
        return sum;
    }

    /** Whether gradients are on their way. */
    boolean anyComputes() {
        return firstComputing() >= 0;
    }

    /** The worker furthest behind of those whose gradients are on their way, the first of several; -1 for none. */
    int firstComputing() {
        int first = -1;
        for (int worker = 0; worker < finished.length; worker++) {
            if (phases[worker] == Phase.COMPUTES && (first < 0 || finished[worker] < finished[first])) {
                first = worker;
            }
        }
        return first;
    }
}
