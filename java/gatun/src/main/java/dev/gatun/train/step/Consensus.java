package dev.gatun.train.step;

import dev.gatun.train.task.MetricSums;

/** What a rank that trains with others knows of a step when its results are read. */
public interface Consensus {
    /** Returns the sum of the losses of the step's batches, each times its weight. */
    double loss();

    /** Returns the sums of metrics of the step. */
    MetricSums metrics();

    /**
     * Returns how many updates of the step were skipped.
     *
     * @param latest whether the latest update of this rank was
     */
    default long skipped(boolean latest) {
        return latest ? 1 : 0;
    }

    /** Returns whether a rank had been asked to stop when the ranks last heard of each other. */
    boolean stops();

    /** A new run begins: no rank is to stop. */
    void reset();
}
