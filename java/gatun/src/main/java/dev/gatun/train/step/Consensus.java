package dev.gatun.train.step;

import dev.gatun.dist.ProcessGroup;
import dev.gatun.train.task.MetricSums;
import java.util.function.BooleanSupplier;

/**
 * What all ranks know of a step: its loss and metrics over the examples of all, and whether one of them is to stop.
 * Allocates nothing after construction.
 */
public final class Consensus {
    private static final int LOSS = 0;
    private static final int STOP = 1;
    private static final int FIRST_METRIC = 2;

    private final ProcessGroup group;
    private final BooleanSupplier wantsStop;
    private final double[] numbers;
    private boolean stops;

    /**
     * Creates a consensus.
     *
     * @param wantsStop whether this rank was asked to stop
     * @param metrics   metrics of a step
     */
    public Consensus(ProcessGroup group, BooleanSupplier wantsStop, MetricSums metrics) {
        this.group = group;
        this.wantsStop = wantsStop;
        numbers = new double[FIRST_METRIC + metrics.numbers()];
    }

    /**
     * Sums over the ranks.
     *
     * @param loss    this rank's weighted sum of losses
     * @param metrics sums of this rank, then of all
     * @return the sum of losses of all ranks
     */
    double reach(double loss, MetricSums metrics) {
        numbers[LOSS] = loss;
        numbers[STOP] = wantsStop.getAsBoolean() ? 1 : 0;
        metrics.write(numbers, FIRST_METRIC);
        group.sum(numbers);
        metrics.read(numbers, FIRST_METRIC);
        stops |= numbers[STOP] > 0;
        return numbers[LOSS];
    }

    /** Returns whether a rank had been asked to stop when the latest step was read. */
    public boolean stops() {
        return stops;
    }

    /** A new run begins, or one has ended: no rank is to stop. */
    public void reset() {
        stops = false;
    }
}
