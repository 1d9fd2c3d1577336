package dev.gatun.train;

import com.sun.management.ThreadMXBean;
import dev.gatun.backend.Device;
import dev.gatun.data.Batch;
import dev.gatun.data.BatchLoader;
import dev.gatun.engine.Program;
import dev.gatun.memory.Buffer;
import dev.gatun.model.Model;
import dev.gatun.optim.LossScaler;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.ScheduledOptimizer;
import dev.gatun.optim.SlowWeights;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One step, measured: derive; for each of its batches batch in, forward, a look at the loss, backward, commit; with
 * sharpness-aware minimisation forward and backward again; update.
 * Allocates nothing.
 */
final class TrainingStep {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Program program;
    private final Optimizer optimizer;
    private final ScheduledOptimizer schedules;
    private final LossScaler scaler;
    private final @Nullable Accumulation accumulation;
    private final @Nullable SlowWeights slow;
    private final @Nullable SecondPass second;
    private final Device device;
    private final Buffer images;
    private final Buffer labels;
    private final Scalar loss;
    private final Scalar correctNow;
    private final Histogram stepNanos = new Histogram();
    private final Histogram optimizerNanos = new Histogram();
    private final Histogram heapBytes = new Histogram();
    private long correct;
    private boolean updated;

    /**
     * A step.
     *
     * @param accumulation null where every step has one batch
     * @param slow         null without look-ahead
     * @param second       null where one pass makes the gradients
     */
    TrainingStep(
            Device device, Program program, Optimizer optimizer, ScheduledOptimizer schedules, LossScaler scaler,
            @Nullable Accumulation accumulation, @Nullable SlowWeights slow, @Nullable SecondPass second) {
        this.device = device;
        this.program = program;
        this.optimizer = optimizer;
        this.schedules = schedules;
        this.scaler = scaler;
        this.accumulation = accumulation;
        this.slow = slow;
        this.second = second;
        this.images = program.input(Model.IMAGES);
        this.labels = program.input(Model.LABELS);
        this.loss = new Scalar(device, program.output(Model.LOSS));
        this.correctNow = new Scalar(device, program.output(Model.CORRECT));
    }

    /**
     * Runs one step.
     *
     * @param loader      gives the batches
     * @param batches     how many, at least 1
     * @param seed        decides what dropout drops, together with the batch
     * @param step        counted from 1
     * @param firstBatch  number of the first batch in the whole run, counted from 1
     * @return the mean loss of the batches
     * @throws NonFiniteLossException     when a loss is not finite; nothing was updated then
     * @throws NonFiniteGradientException when too many steps in a row were left out, this one included
     */
    float run(BatchLoader loader, int batches, long seed, long step, long firstBatch) {
        Batch batch = next(loader);
        long heapBefore = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        long waitedBefore = loader.waitedNanos();
        program.prepack();
        program.scaleLoss(scaler.scale());
        if (accumulation != null) {
            accumulation.begin();
        }
        if (second != null) {
            second.begin();
        }
        double sum = 0;
        correct = 0;
        for (int i = 0; i < batches; i++) {
            if (i > 0) {
                batch = next(loader);
            }
            sum += differentiate(batch, loader, seed, step, firstBatch + i);
            if (accumulation != null) {
                accumulation.add(i, batches);
            }
            program.updateRunningStatistics();
            correct += correctNow.toLong();
        }
        double gradientScale = 1 / ((double) scaler.scale() * batches);
        if (second != null) {
            second.run(gradientScale, step);
        }
        long update = System.nanoTime();
        schedules.moveTo(step - 1);
        if (slow != null) {
            slow.before(optimizer.steps());
        }
        update(gradientScale, step);
        if (slow != null && updated) {
            slow.after(optimizer.steps());
        }
        long end = System.nanoTime();
        stepNanos.record(end - start - (loader.waitedNanos() - waitedBefore));
        optimizerNanos.record(end - update);
        heapBytes.record(THREADS.getCurrentThreadAllocatedBytes() - heapBefore);
        return (float) (sum / batches);
    }

    private static Batch next(BatchLoader loader) {
        return Objects.requireNonNull(loader.next(), "the epoch is over");
    }

    /** Runs one batch forward and gives it back. */
    void forward(Batch batch, BatchLoader loader, long seed, long number) {
        device.upload(batch.images(), images);
        device.upload(batch.labels(), labels);
        device.stream().synchronize();
        loader.release(batch);
        program.randomize(seed, number);
        program.forward();
    }

    /** Leaves the gradients of one batch in their slab. */
    private float differentiate(Batch batch, BatchLoader loader, long seed, long step, long number) {
        forward(batch, loader, seed, number);
        float value = loss.toFloat();
        if (!Float.isFinite(value)) {
            String where = program.locateNonFinite().map(Program.NonFinite::toString)
                    .orElse("nothing: a repetition of the step was finite");
            if (accumulation != null) {
                accumulation.undo();
            }
            throw new NonFiniteLossException(step, value, where);
        }
        program.backward();
        return value;
    }

    private void update(double gradientScale, long step) {
        if (!scaler.isOn()) {
            updated = optimizer.step(gradientScale);
            return;
        }
        float scale = scaler.scale();
        updated = optimizer.stepIfFinite(gradientScale);
        scaler.update(updated);
        if (scaler.isHopeless()) {
            String parameter = program.variables().parameterAt(optimizer.firstNonFinite()).orElse("no parameter");
            throw new NonFiniteGradientException(step, scaler.skippedInARow(), scale, parameter);
        }
    }

    /** Whether the latest step moved the parameters: not, where a gradient was not finite and somebody looked. */
    boolean updated() {
        return updated;
    }

    /** Images of the latest step that were classified correctly. */
    long correct() {
        return correct;
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
