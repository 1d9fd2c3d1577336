package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.data.Batch;
import dev.gatun.data.BatchLoader;
import dev.gatun.engine.Variables;
import dev.gatun.memory.Closing;
import dev.gatun.memory.Role;
import dev.gatun.memory.Slab;
import dev.gatun.optim.StochasticAverage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The mean of {@link StochasticAverage}, and the statistics of batch normalisation measured with it: their plain mean over
 * the batches of the epoch, as PyTorch's {@code update_bn}.
 */
final class AveragedWeights implements EpochPhase, EvaluatedWeights, AutoCloseable {
    /** The name among an optimizer's states, also of the statistics. */
    static final String NAME = "swa";

    private final StochasticAverage options;
    private final Programs programs;
    private final BatchLoader loader;
    private final long seed;
    private final Variables variables;
    private final Slab weights;
    private final Slab buffers;
    private long epochs;
    private int next;

    /**
     * A mean of no weights yet.
     *
     * @param programs the training programs, whose batches' statistics count
     * @param loader   gives the batches of an epoch once more
     * @param seed     decides what dropout drops
     */
    AveragedWeights(
            Device device, Programs programs, BatchLoader loader, long seed, StochasticAverage options) {
        this.options = options;
        this.programs = programs;
        this.loader = loader;
        this.seed = seed;
        this.variables = programs.variables();
        weights = device.memory().allocate(Role.OPTIMIZER_STATE, NAME, variables.parameters().bytes());
        boolean complete = false;
        try {
            buffers = device.memory().allocate(Role.BUFFERS, NAME, variables.buffers().bytes());
            complete = true;
        } finally {
            if (!complete) {
                weights.close();
            }
        }
    }

    /** Epochs in the mean. */
    long epochs() {
        return epochs;
    }

    /** The first epoch, counted from 0, whose weights may still go into the mean. */
    int next() {
        return next;
    }

    void set(long counted, int nextEpoch) {
        epochs = counted;
        next = nextEpoch;
    }

    /** Where a variable's mean, or its statistic measured with it, lies. */
    MemorySegment memory(Variables.Slot slot) {
        return (slot.variable().isParameter() ? weights : buffers).view(slot.offset(), slot.stored().bytes());
    }

    /**
     * Takes the weights after an epoch, where it counts, and measures the statistics anew. The weights of an epoch go into
     * the mean once, however often this is called: a run goes on here when something after its last step failed.
     */
    @Override
    public void run(int epoch) {
        if (epoch + 1 < options.start()) {
            return;
        }
        if (epoch >= next) {
            add(variables.parameters().segment());
            next = epoch + 1;
        }
        // Statistics that do not move, at momentum 0, are those of the run.
        MemorySegment.copy(variables.buffers().segment(), 0, buffers.segment(), 0, buffers.bytes());
        RunningStatistics statistics = new RunningStatistics(programs.first().graph(), variables);
        if (!statistics.isEmpty()) {
            swap();
            try {
                measure(statistics, epoch);
            } finally {
                swap();
            }
        }
    }

    /** {@code mean <- mean + (w - mean) / (epochs + 1)}. */
    private void add(MemorySegment parameters) {
        MemorySegment mean = weights.segment();
        long elements = mean.byteSize() / Float.BYTES;
        for (long i = 0; i < elements; i++) {
            float before = mean.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            float now = parameters.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            mean.setAtIndex(ValueLayout.JAVA_FLOAT, i, epochs == 0 ? now : before + (now - before) / (epochs + 1));
        }
        epochs++;
    }

    private void measure(RunningStatistics statistics, int epoch) {
        programs.variablesChanged();
        loader.start(epoch, 0);
        long number = (long) epoch * loader.batches();
        for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
            BoundProgram pass = programs.of(batch.size());
            pass.load(batch);
            loader.release(batch);
            pass.forward(seed, ++number);
            statistics.add(pass.program());
        }
        statistics.write();
    }

    @Override
    public void exchange() {
        if (epochs > 0) {
            swap();
        }
    }

    /** Puts mean and statistics in the variables' place, or back. */
    private void swap() {
        Exchange.of(variables.parameters().segment(), weights.segment());
        Exchange.of(variables.buffers().segment(), buffers.segment());
    }

    @Override
    public void close() {
        Closing.inReverse(List.of(weights, buffers));
    }
}
