package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.data.Batch;
import dev.gatun.data.BatchLoader;
import dev.gatun.engine.Variables;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Closing;
import dev.gatun.memory.Role;
import dev.gatun.optim.StochasticAverage;
import dev.gatun.optim.TensorState;
import dev.gatun.train.epoch.EpochPlan;
import dev.gatun.train.program.BoundProgram;
import dev.gatun.train.program.Programs;
import dev.gatun.train.step.KeptState;
import dev.gatun.train.step.MaskedWeights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The mean of {@link StochasticAverage}, and the statistics of batch normalisation measured with it: their plain mean
 * over the batches of the epoch, as PyTorch's {@code update_bn}.
 */
final class AveragedWeights implements EpochPhase, EvaluatedWeights, KeptState, AutoCloseable {
    /** The name among an optimizer's states, also of the statistics. */
    static final String NAME = Kind.MEAN.state;

    private static final String EPOCHS = "averaged_epochs";
    private static final String NEXT = "next_averaged_epoch";

    private final StochasticAverage options;
    private final Programs programs;
    private final BatchLoader loader;
    private final EpochPlan plan;
    private final long seed;
    private final Variables variables;
    private final Device device;
    private final @Nullable MaskedWeights masks;
    private final Buffer weights;
    private final Buffer buffers;
    private long epochs;
    private long next;

    /**
     * A mean of no weights yet.
     *
     * @param programs the training programs, whose batches' statistics count
     * @param loader   gives the batches of an epoch once more
     * @param plan     epochs of the run
     * @param seed     decides what dropout drops
     * @param masks    weights that are zero in the mean too; null for none
     */
    AveragedWeights(
            Device device, Programs programs, BatchLoader loader, EpochPlan plan, long seed, StochasticAverage options,
            @Nullable MaskedWeights masks) {
        this.options = options;
        this.masks = masks;
        this.device = device;
        this.programs = programs;
        this.loader = loader;
        this.plan = plan;
        this.seed = seed;
        this.variables = programs.variables();
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

    @Override
    public Kind kind() {
        return Kind.MEAN;
    }

    @Override
    public Optional<TensorState> of(Variables.Slot slot) {
        return Optional.of(new TensorState(NAME, slot.stored(), memory(slot)));
    }

    /** Epochs in the mean, and the first epoch, counted from 0, whose weights may still go into it. */
    @Override
    public Map<String, Long> numbers() {
        Map<String, Long> numbers = new LinkedHashMap<>(); // in the same order in every process
        numbers.put(EPOCHS, epochs);
        numbers.put(NEXT, next);
        return numbers;
    }

    @Override
    public void restore(Map<String, Long> numbers) {
        epochs = Objects.requireNonNull(numbers.get(EPOCHS));
        next = Objects.requireNonNull(numbers.get(NEXT));
    }

    /** Whether a checkpoint has a mean of at least one epoch. */
    static boolean isIn(LoadedCheckpoint checkpoint) {
        return checkpoint.state().get(EPOCHS) instanceof Long counted && counted > 0;
    }

    /** Where a variable's mean, or its statistic measured with it, lies. */
    Buffer memory(Variables.Slot slot) {
        return (slot.isTrained() ? weights : buffers).slice(slot.offset(), slot.stored().bytes());
    }

    /**
     * Takes the weights after an epoch, where it counts, and measures the statistics anew. The weights of an epoch go
     * into the mean once, however often this is called: a run goes on here when something after its last step failed.
     */
    @Override
    public void run(int epoch, BooleanSupplier stopRequested) {
        if (epoch + 1 < options.start()) {
            return;
        }
        if (epoch >= next) {
            device.addToMean(weights, variables.parameters(), ++epochs);
            if (masks != null) {
                masks.apply(weights);
            }
            next = epoch + 1L;
        }
        // Statistics that do not move, at momentum 0, are those of the run.
        device.copy(variables.buffers(), buffers);
        RunningStatistics statistics = new RunningStatistics(device, programs.first());
        if (!statistics.isEmpty()) {
            swap();
            try {
                measure(statistics, epoch, stopRequested);
            } finally {
                swap();
            }
        }
    }

    private void measure(RunningStatistics statistics, int epoch, BooleanSupplier stopRequested) {
        programs.variablesChanged();
        loader.start(plan.stage(epoch), epoch, 0);
        long number = plan.roundsBefore(epoch);
        for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
            BoundProgram pass = programs.of(batch.size());
            pass.load(batch);
            loader.release(batch);
            pass.forward(seed, ++number);
            statistics.add(pass.program());
            if (stopRequested.getAsBoolean()) {
                return; // they stay those of the run, and are measured when it goes on
            }
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
        device.swap(variables.parameters(), weights);
        device.swap(variables.buffers(), buffers);
    }

    @Override
    public void close() {
        Closing.inReverse(List.of(weights, buffers));
    }
}
