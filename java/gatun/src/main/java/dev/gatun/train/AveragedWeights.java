package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.data.Batch;
import dev.gatun.data.BatchLoader;
import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Closing;
import dev.gatun.memory.Role;
import dev.gatun.optim.StochasticAverage;
import java.util.List;

/**
 * The mean of {@link StochasticAverage}, and the statistics of batch normalisation measured with it: their plain mean over
 * the batches of the epoch, as PyTorch's {@code update_bn}.
 */
final class AveragedWeights implements AutoCloseable {
    /** The name among an optimizer's states, also of the statistics. */
    static final String NAME = "swa";

    private final StochasticAverage options;
    private final Device device;
    private final Program program;
    private final Variables variables;
    private final Buffer weights;
    private final Buffer buffers;
    private long epochs;
    private int next;

    /** @param program the training program, whose batches' statistics count */
    AveragedWeights(Device device, Program program, StochasticAverage options) {
        this.options = options;
        this.device = device;
        this.program = program;
        this.variables = program.variables();
        weights = device.allocate(Role.OPTIMIZER_STATE, NAME, variables.parameters().bytes());
        boolean complete = false;
        try {
            buffers = device.allocate(Role.BUFFERS, NAME, variables.buffers().bytes());
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
    Buffer memory(Variables.Slot slot) {
        return (slot.isTrained() ? weights : buffers).slice(slot.offset(), slot.stored().bytes());
    }

    /**
     * Takes the weights after an epoch, where it counts, and measures the statistics anew. The weights of an epoch go into
     * the mean once, however often this is called: a run goes on here when something after its last step failed.
     *
     * @param epoch  counted from 0
     * @param loader gives the batches of the epoch once more
     * @param pass   runs one of them forward
     */
    void afterEpoch(int epoch, BatchLoader loader, ForwardPass pass) {
        if (epoch + 1 < options.start()) {
            return;
        }
        if (epoch >= next) {
            device.addToMean(weights, variables.parameters(), ++epochs);
            next = epoch + 1;
        }
        // Statistics that do not move, at momentum 0, are those of the run.
        device.copy(variables.buffers(), buffers);
        RunningStatistics statistics = new RunningStatistics(device, program);
        if (!statistics.isEmpty()) {
            exchange();
            try {
                measure(statistics, epoch, loader, pass);
            } finally {
                exchange();
            }
        }
    }

    /** How a batch goes through the training program. */
    interface ForwardPass {
        /** Fills the inputs, gives the batch back and runs; the number decides what dropout drops. */
        void run(Batch batch, long number);
    }

    private void measure(RunningStatistics statistics, int epoch, BatchLoader loader, ForwardPass pass) {
        program.prepack();
        loader.start(epoch, 0);
        long number = (long) epoch * loader.batches();
        for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
            pass.run(batch, ++number);
            statistics.add();
        }
        statistics.write();
    }

    /** Puts mean and statistics in the variables' place, or back. */
    void exchange() {
        device.swap(variables.parameters(), weights);
        device.swap(variables.buffers(), buffers);
    }

    @Override
    public void close() {
        Closing.inReverse(List.of(weights, buffers));
    }
}
