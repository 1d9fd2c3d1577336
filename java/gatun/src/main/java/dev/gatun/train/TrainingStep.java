package dev.gatun.train;

import com.sun.management.ThreadMXBean;
import dev.gatun.data.BatchLoader;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * One step, measured: the phases that compute the gradients, then those that move the parameters. Allocates nothing.
 */
final class TrainingStep {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final BatchLoader loader;
    private final Phase[] gradients;
    private final Phase[] update;
    private final StepState state;
    private final Histogram stepNanos = new Histogram();
    private final Histogram optimizerNanos = new Histogram();
    private final Histogram heapBytes = new Histogram();

    /**
     * A step.
     *
     * @param loader    gives the batches
     * @param gradients phases that leave the gradients in their slab; what they did is undone when one of them fails
     * @param update    phases that move the parameters
     * @param metrics   what is measured while training
     */
    TrainingStep(
            BatchLoader loader, List<? extends Phase> gradients, List<? extends Phase> update, MetricSums metrics) {
        this.loader = loader;
        this.state = new StepState(metrics);
        this.gradients = gradients.toArray(Phase[]::new);
        this.update = update.toArray(Phase[]::new);
    }

    /**
     * Runs one step.
     *
     * @param batches    how many, at least 1
     * @param seed       decides what dropout drops, together with the batch
     * @param step       counted from 1
     * @param firstBatch number of the first batch in the whole run, counted from 1
     * @return the mean loss of the examples
     * @throws NonFiniteLossException     when a loss is not finite; nothing was updated then
     * @throws NonFiniteGradientException when too many steps in a row were left out, this one included
     */
    float run(int batches, long seed, long step, long firstBatch) {
        state.begin(seed, step, firstBatch, batches, Batches.next(loader));
        long heapBefore = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        long waitedBefore = loader.waitedNanos();
        computeGradients();
        long update = System.nanoTime();
        for (Phase phase : this.update) {
            phase.run(state);
        }
        long end = System.nanoTime();
        stepNanos.record(end - start - (loader.waitedNanos() - waitedBefore));
        optimizerNanos.record(end - update);
        heapBytes.record(THREADS.getCurrentThreadAllocatedBytes() - heapBefore);
        return (float) state.loss();
    }

    private void computeGradients() {
        int begun = 0;
        boolean complete = false;
        try {
            while (begun < gradients.length) {
                gradients[begun++].run(state);
            }
            complete = true;
        } finally {
            if (!complete) {
                while (begun > 0) {
                    gradients[--begun].undo();
                }
            }
        }
    }

    /** Whether the latest step moved the parameters: not, where a gradient was not finite and somebody looked. */
    boolean updated() {
        return state.updated;
    }

    /** Examples of the latest step. */
    long examples() {
        return state.examples;
    }

    /** Metrics of the latest step. */
    MetricSums metrics() {
        return state.metrics;
    }

    double stepMillisMedian() {
        return stepNanos.median() / 1e6;
    }

    double optimizerMillisMedian() {
        return optimizerNanos.median() / 1e6;
    }

    double heapBytesMedian() {
        return heapBytes.median();
    }
}
