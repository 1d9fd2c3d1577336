package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.data.Batch;
import dev.gatun.data.BatchLoader;
import dev.gatun.engine.Program;
import dev.gatun.optim.LossScaler;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.ScheduledOptimizer;
import dev.gatun.optim.SlowWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which phases a step has, in their order: the only place that says so. What a run does not ask for has no phase, and costs
 * nothing.
 */
final class StepPhases {
    private final Device device;
    private final TrainingOptions options;
    private final BatchLoader loader;
    private final TrainingProgram pass;
    private final LossScaler scaler;
    private final Consumer<AutoCloseable> owner;

    /**
     * Phases of a run.
     *
     * @param owner is given what must be closed after the last step
     */
    StepPhases(
            Device device, TrainingOptions options, BatchLoader loader, TrainingProgram pass, LossScaler scaler,
            Consumer<AutoCloseable> owner) {
        this.device = device;
        this.options = options;
        this.loader = loader;
        this.pass = pass;
        this.scaler = scaler;
        this.owner = owner;
    }

    /** What leaves the gradients of the step in their slab: from batch in hand to the second pass, if there is one. */
    List<Phase> gradients() {
        Program program = pass.program();
        List<Phase> phases = new ArrayList<>();
        phases.add(_ -> program.derive());
        phases.add(_ -> program.scaleLoss(scaler.scale()));
        if (options.accumulate() > 1 || options.wrappers().sharpness() != null) {
            phases.add(own(new KeptBuffers(device, program.variables())));
        }
        phases.add(new Batches(loader, eachBatch()));
        phases.add(step -> step.gradientScale = 1 / ((double) scaler.scale() * step.batches));
        if (options.wrappers().sharpness() != null) {
            phases.add(own(new SecondPass(device, pass, options.wrappers().sharpness())));
        }
        return phases;
    }

    /** From a batch to its gradients. The loss is looked at before anything changes. */
    private List<Phase> eachBatch() {
        Program program = pass.program();
        List<Phase> phases = new ArrayList<>();
        phases.add(this::load);
        phases.add(step -> pass.forward(step.seed, step.batchNumber));
        phases.add(step -> step.lossSum += pass.finiteLoss(step.number));
        phases.add(_ -> program.backward());
        if (options.accumulate() > 1) {
            phases.add(own(new Accumulation(device, program.variables())));
        }
        phases.add(_ -> program.commit());
        phases.add(step -> step.correct += pass.correct());
        return phases;
    }

    private void load(StepState step) {
        Batch batch = Objects.requireNonNull(step.batch, "no batch is in hand");
        pass.load(batch);
        step.batch = null;
        loader.release(batch);
    }

    /** What moves the parameters along the gradients. */
    List<Phase> update(Optimizer optimizer, ScheduledOptimizer schedules, @Nullable SlowWeights slow) {
        Phase step = new Update(optimizer, scaler, pass.program().variables());
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
