package dev.gatun.train.step;

import com.sun.management.ThreadMXBean;
import dev.gatun.backend.Device;
import dev.gatun.engine.Variables;
import dev.gatun.optim.Optimizer;
import dev.gatun.train.profile.StepObserver;
import dev.gatun.train.profile.StepPart;
import dev.gatun.train.program.Programs;
import dev.gatun.train.task.MetricSums;
import dev.gatun.update.kernel.StepBlock;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs training steps: the phases that compute the gradients, then those that update the parameters. The results of a
 * step are read as many steps later as the device is behind the host, immediately on a synchronous one. Allocates
 * nothing.
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
    private boolean updates;
    private long submitted;
    private long read;
    private SubmittedStep latest;
    private float loss;
    private @Nullable StepObserver observer;
    private final @Nullable Consensus consensus;

    /**
     * The phases of a step.
     *
     * @param gradients   compute the gradients; undone if one of them fails
     * @param update      update the parameters
     * @param consensus   tells what is known of the step where there are several ranks; null for one by itself
     * @param mostBatches largest number of batches of a step
     */
    public record Phases(
            List<Phase> gradients, List<Phase> update, @Nullable Consensus consensus, int mostBatches) {}

    /**
     * Creates the steps of a run.
     *
     * @param feed      source of the batches
     * @param optimizer optimizer with the results of each step
     * @param programs  programs that the phases run
     * @param metrics   metrics measured in training
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
        consensus = phases.consensus;
        ring = new SubmittedStep[device.stream().depth() + 1];
        for (int i = 0; i < ring.length; i++) {
            ring[i] = new SubmittedStep(device, phases.mostBatches, programs.all().getFirst().scalars());
        }
        latest = ring[0];
    }

    /**
     * Sets who is told of the parts of each step; null for nobody. The host waits for the device at the bounds of each
     * part then.
     */
    public void observe(@Nullable StepObserver newObserver) {
        observer = newObserver;
        feed.observe(newObserver);
    }

    /**
     * Submits a step. There is room for it unless {@link #isFull}.
     *
     * @throws NonFiniteLossException if the host checked a loss and it is not finite; no variable was updated
     */
    public void submit(StepPlan plan) {
        SubmittedStep step = ring[(int) (submitted % ring.length)];
        StepObserver told = observer;
        if (told != null) {
            told.onStep(plan.number);
        }
        begin(StepPart.STEP);
        state.begin(step, plan, plan.batches == 0 ? null : feed.next());
        long heapBefore = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        long waitedBefore = feed.loader().waitedNanos();
        optimizer.control().begin();
        computeGradients();
        long moved = System.nanoTime();
        begin(StepPart.OPTIMIZER);
        updates = true;
        for (Phase phase : update) {
            phase.run(state);
        }
        updates = false;
        end(StepPart.OPTIMIZER);
        state.end();
        optimizer.control().report(step.block.bytes());
        device.stream().record(step.done);
        submitted++;
        long end = System.nanoTime();
        stepNanos.record(end - start - (feed.loader().waitedNanos() - waitedBefore));
        optimizerNanos.record(end - moved);
        heapBytes.record(THREADS.getCurrentThreadAllocatedBytes() - heapBefore);
        end(StepPart.STEP);
    }

    private void begin(StepPart part) {
        StepObserver told = observer;
        if (told != null) {
            device.stream().synchronize();
            told.begin(part);
        }
    }

    private void end(StepPart part) {
        StepObserver told = observer;
        if (told != null) {
            device.stream().synchronize();
            told.end(part);
        }
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

    /** Returns whether no update failed before its end, so that the variables are those of a step. */
    public boolean isWhole() {
        return !updates;
    }

    /** Returns whether results must be read before another step is submitted. */
    public boolean isFull() {
        return pending() == ring.length;
    }

    /** Returns the number of steps whose results have not been read. */
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
        double sum;
        if (consensus == null) {
            sum = step.sum(metrics);
        } else {
            sum = consensus.loss();
            metrics.add(consensus.metrics());
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

    /** Returns the failure of the first phase in which a loss was not finite. */
    public static Optional<NonFiniteLossException> explain(Phase[] phases, SubmittedStep failed) {
        for (Phase phase : phases) {
            Optional<NonFiniteLossException> found = phase.explain(failed);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** Returns the mean loss of the examples, of all ranks, of the step whose results were read last. */
    public float loss() {
        return loss;
    }

    /** Returns how many updates of the parameters were skipped in that step. */
    public long skipped() {
        boolean last = latest.block.skipped();
        return consensus == null ? last ? 1 : 0 : consensus.skipped(last);
    }

    /** Returns the number of examples of that step. */
    public long examples() {
        return latest.examples;
    }

    /** Returns the metrics of that step. */
    public MetricSums metrics() {
        return metrics;
    }

    /** Returns the learning rate of that step. */
    public double learningRate() {
        return latest.learningRate;
    }

    /** Returns the loss scale of that step. */
    public float lossScale() {
        return latest.block.usedScale();
    }

    /** Returns the median time of a step, in milliseconds. */
    public double stepMillisMedian() {
        return stepNanos.median() / 1e6;
    }

    /** Returns the median time of the update phases, in milliseconds. */
    public double optimizerMillisMedian() {
        return optimizerNanos.median() / 1e6;
    }

    /** Returns the median of the heap memory that a step allocates, in bytes. */
    public double heapBytesMedian() {
        return heapBytes.median();
    }
}
