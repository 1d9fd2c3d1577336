package dev.gatun.train.step;

import dev.gatun.train.task.MetricSums;

/** What ranks that train together know of a step. Allocates nothing after construction. */
public interface Consensus {
    /**
     * A step was read.
     *
     * @param loss    this rank's weighted sum of losses
     * @param metrics sums of this rank, then of all whose losses are counted
     * @return the sum of losses of these
     */
    double reach(double loss, MetricSums metrics);

    /**
     * Returns how many updates of the step were skipped.
     *
     * @param latest whether the latest update of this rank was
     */
    default long skipped(boolean latest) {
        return latest ? 1 : 0;
    }

    /** Returns whether a rank had been asked to stop when the latest step was read. */
    boolean stops();

    /** A new run begins: no rank is to stop. */
    void reset();
}
