package dev.gatun.train;

import com.sun.management.ThreadMXBean;
import dev.gatun.data.Batch;
import dev.gatun.data.BatchLoader;
import dev.gatun.engine.Program;
import dev.gatun.model.Model;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.ScheduledOptimizer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;

/** One step, measured: batch in, derive, forward, a look at the loss, backward, update, commit. Allocates nothing. */
final class TrainingStep {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Program program;
    private final Optimizer optimizer;
    private final ScheduledOptimizer schedules;
    private final MemorySegment images;
    private final MemorySegment labels;
    private final MemorySegment loss;
    private final MemorySegment correct;
    private final Histogram stepNanos = new Histogram();
    private final Histogram optimizerNanos = new Histogram();
    private final Histogram heapBytes = new Histogram();
    private boolean updated;

    TrainingStep(Program program, Optimizer optimizer, ScheduledOptimizer schedules) {
        this.program = program;
        this.optimizer = optimizer;
        this.schedules = schedules;
        this.images = program.input(Model.IMAGES);
        this.labels = program.input(Model.LABELS);
        this.loss = program.output(Model.LOSS);
        this.correct = program.output(Model.CORRECT);
    }

    /**
     * Runs one step.
     *
     * @param seed decides what dropout drops, together with the step
     * @param step counted from 1
     * @return the loss
     * @throws NonFiniteLossException when the loss is not finite; nothing was updated then
     */
    float run(Batch batch, BatchLoader loader, long seed, long step) {
        long heapBefore = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        MemorySegment.copy(batch.images(), 0, images, 0, images.byteSize());
        MemorySegment.copy(batch.labels(), 0, labels, 0, labels.byteSize());
        loader.release(batch);
        program.randomize(seed, step);
        program.derive();
        program.forward();
        float value = loss.get(ValueLayout.JAVA_FLOAT, 0);
        if (!Float.isFinite(value)) {
            String where = program.locateNonFinite().map(Program.NonFinite::toString)
                    .orElse("nothing: a repetition of the step was finite");
            throw new NonFiniteLossException(step, value, where);
        }
        program.backward();
        long update = System.nanoTime();
        schedules.moveTo(step - 1);
        updated = optimizer.step();
        long done = System.nanoTime();
        program.commit();
        long end = System.nanoTime();
        stepNanos.record(end - start);
        optimizerNanos.record(done - update);
        heapBytes.record(THREADS.getCurrentThreadAllocatedBytes() - heapBefore);
        return value;
    }

    /** Whether the latest step moved the parameters: not, where a gradient was not finite and clipping looked. */
    boolean updated() {
        return updated;
    }

    /** Images of the latest batch that were classified correctly. */
    long correct() {
        return correct.get(ValueLayout.JAVA_LONG, 0);
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
