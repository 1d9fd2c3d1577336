package dev.gatun.train.step;

import com.sun.management.ThreadMXBean;
import dev.gatun.backend.Device;
import dev.gatun.engine.Variables;
import dev.gatun.optim.Optimizer;
import dev.gatun.train.program.Programs;
import dev.gatun.train.task.MetricSums;
import dev.gatun.update.kernel.StepBlock;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;

/**
 * Steps, measured: the phases that compute the gradients, then those that move the parameters. A step is submitted, and
 * its results are read as many steps later as the device is behind; at once, where it is not. Allocates nothing.
 */
public final class TrainingStep {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Device device;
    private final BatchFeed feed;
    private final Optimizer optimizer;
    private final Variables variables;
    private final Phase[] gradients;
    private final Phase[] update;
    private final StepState state = new StepState();
    private final MetricSums metrics;
    private final SubmittedStep[] ring;
    private final Histogram stepNanos = new Histogram();
    private final Histogram optimizerNanos = new Histogram();
    private final Histogram heapBytes = new Histogram();
    private long submitted;
    private long read;
    private SubmittedStep latest;
    private float loss;

    /**
     * What a step does.
     *
     * @param gradients   leave the gradients in their slab; what they did is undone when one of them fails
     * @param update      move the parameters
     * @param mostBatches batches of a step
     */
    public record Phases(List<Phase> gradients, List<Phase> update, int mostBatches) {}

    /**
     * Steps.
     *
     * @param feed      gives the batches
     * @param optimizer decides what a step comes to
     * @param programs  what the phases run
     * @param metrics   what is measured while training
     */
    public TrainingStep(
            Device device, BatchFeed feed, Optimizer optimizer, Programs programs, Phases phases,
            MetricSums metrics) {
        this.device = device;
        this.feed = feed;
        this.optimizer = optimizer;
        this.variables = programs.variables();
        this.gradients = phases.gradients.toArray(Phase[]::new);
        this.update = phases.update.toArray(Phase[]::new);
        this.metrics = metrics;
        ring = new SubmittedStep[device.stream().depth() + 1];
        for (int i = 0; i < ring.length; i++) {
            ring[i] = new SubmittedStep(device, phases.mostBatches, programs.all().getFirst().scalars());
        }
        latest = ring[0];
    }

    /**
     * Submits a step. There is room for it unless {@link #isFull}.
     *
     * @param batches    how many, at least 1
     * @param seed       decides what dropout drops, together with the batch
     * @param number     of the step, counted from 1
     * @param firstBatch number of the first batch in the whole run, counted from 1
     * @throws NonFiniteLossException when a loss was looked at and is not finite; nothing was updated then
     */
    public void submit(int batches, long seed, long number, long firstBatch) {
        SubmittedStep step = ring[(int) (submitted % ring.length)];
        state.begin(step, seed, number, firstBatch, batches, feed.next());
        long heapBefore = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        long waitedBefore = feed.loader().waitedNanos();
        optimizer.control().begin();
        computeGradients();
        long moved = System.nanoTime();
        for (Phase phase : update) {
            phase.run(state);
        }
        state.end();
        optimizer.control().report(step.block.bytes());
        device.stream().record(step.done);
        submitted++;
        long end = System.nanoTime();
        stepNanos.record(end - start - (feed.loader().waitedNanos() - waitedBefore));
        optimizerNanos.record(end - moved);
        heapBytes.record(THREADS.getCurrentThreadAllocatedBytes() - heapBefore);
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

    /** Whether results must be read before another step is submitted. */
    public boolean isFull() {
        return pending() == ring.length;
    }

    /** Steps whose results were not read. */
    public int pending() {
        return (int) (submitted - read);
    }

    /**
     * Reads the results of the oldest step.
     *
     * @throws NonFiniteLossException     when its loss is not finite; it and what was submitted after it changed
     *                                    nothing
     * @throws NonFiniteGradientException when too many steps in a row were skipped, it being the last; it and what was
     *                                    submitted after it changed nothing
     */
    public void read() {
        SubmittedStep step = ring[(int) (read % ring.length)];
        step.done.await();
        read++;
        if (step.block.halted() != StepBlock.Halt.NONE) {
            throw failure(step);
        }
        latest = step;
        metrics.reset();
        double sum = 0;
        for (int i = 0; i < step.batches; i++) {
            BatchResults results = step.results(i);
            sum += results.loss() * results.weight();
            metrics.add(results);
        }
        loss = (float) (sum / step.weights);
    }

    private RuntimeException failure(SubmittedStep step) {
        feed.giveBackAll();
        device.stream().synchronize();
        read = submitted; // what was submitted behind it changed nothing
        return switch (step.block.halted()) {
            case GRADIENTS -> new NonFiniteGradientException(
                    step.number, step.block.skippedInARow(), step.block.usedScale(),
                    variables.parameterAt(step.block.firstNonFinite()).orElse("no parameter"));
            case LOSS -> explain(gradients, step).orElseGet(() -> new NonFiniteLossException(
                    step.number, step.block.loss(), "nothing: a repetition of the step was finite"));
            case NONE -> throw new IllegalStateException("step " + step.number + " did not fail");
        };
    }

    /** What the first phase says in which a loss was not finite. */
    public static Optional<NonFiniteLossException> explain(Phase[] phases, SubmittedStep failed) {
        for (Phase phase : phases) {
            Optional<NonFiniteLossException> found = phase.explain(failed);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** Mean loss of the examples of the step whose results were read latest. */
    public float loss() {
        return loss;
    }

    /** Whether it moved the parameters: not, where a gradient was not finite and somebody looked. */
    public boolean updated() {
        return !latest.block.skipped();
    }

    /** Its examples. */
    public long examples() {
        return latest.examples;
    }

    /** Its metrics. */
    public MetricSums metrics() {
        return metrics;
    }

    /** Its learning rate. */
    public double learningRate() {
        return latest.learningRate;
    }

    /** What its loss was multiplied by in the backward pass. */
    public float lossScale() {
        return latest.block.usedScale();
    }

    public double stepMillisMedian() {
        return stepNanos.median() / 1e6;
    }

    public double optimizerMillisMedian() {
        return optimizerNanos.median() / 1e6;
    }

    public double heapBytesMedian() {
        return heapBytes.median();
    }
}
