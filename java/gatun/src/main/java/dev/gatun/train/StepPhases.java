package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.data.Batch;
import dev.gatun.data.BatchLoader;
import dev.gatun.optim.LossScaler;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.ScheduledOptimizer;
import dev.gatun.optim.SlowWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which phases a step has, in their order: the only place that says so. What a run does not ask for has no phase, and
 * costs nothing.
 */
final class StepPhases {
    private final Device device;
    private final TrainingOptions options;
    private final BatchLoader loader;
    private final Programs programs;
    private final LossScaler scaler;
    private final Consumer<AutoCloseable> owner;

    /**
     * Phases of a run.
     *
     * @param owner is given what must be closed after the last step
     */
    StepPhases(
            Device device, TrainingOptions options, BatchLoader loader, Programs programs, LossScaler scaler,
            Consumer<AutoCloseable> owner) {
        this.device = device;
        this.options = options;
        this.loader = loader;
        this.programs = programs;
        this.scaler = scaler;
        this.owner = owner;
    }

    /** What leaves the gradients of the step in their slab: from batch in hand to the second pass, if there is one. */
    List<Phase> gradients() {
        List<Phase> phases = new ArrayList<>();
        phases.add(_ -> programs.variablesChanged());
        if (options.accumulate() > 1 || options.wrappers().sharpness() != null) {
            phases.add(own(new KeptBuffers(device, programs.variables())));
        }
        phases.add(new Batches(loader, eachBatch()));
        phases.add(step -> step.gradientScale = 1 / ((double) scaler.scale() * step.weights));
        if (options.wrappers().sharpness() != null) {
            phases.add(own(new SecondPass(device, programs.variables(), options.wrappers().sharpness())));
        }
        return phases;
    }

    /** From a batch to its gradients. The loss is looked at before anything changes. */
    private List<Phase> eachBatch() {
        List<Phase> phases = new ArrayList<>();
        phases.add(this::load);
        phases.add(step -> step.pass().program().scaleLoss((float) (scaler.scale() * step.weight)));
        phases.add(step -> step.pass().forward(step.seed, step.batchNumber));
        phases.add(step -> step.lossSum += step.pass().finiteLoss(step.number) * step.weight);
        phases.add(step -> step.pass().program().backward());
        if (options.accumulate() > 1) {
            phases.add(own(new Accumulation(device, programs.variables())));
        }
        phases.add(step -> step.pass().program().updateRunningStatistics());
        phases.add(step -> step.metrics.add(step.pass()));
        return phases;
    }

    private void load(StepState step) {
        BoundProgram program = programs.of(step.batchSize());
        Batch batch = step.load(program);
        program.load(batch);
        loader.release(batch);
    }

    /** What moves the parameters along the gradients. */
    List<Phase> update(Optimizer optimizer, ScheduledOptimizer schedules, @Nullable SlowWeights slow) {
        Phase step = new Update(optimizer, scaler, programs.variables());
        Phase move = state -> schedules.moveTo(state.number - 1);
        return slow == null ? List.of(move, step) : List.of(move, _ -> slow.before(optimizer.steps()), step, state -> {
            if (state.updated) {
                slow.after(optimizer.steps());
            }
        });
    }

    private <T extends AutoCloseable> T own(T resource) {
        owner.accept(resource);
        return resource;
    }
}
