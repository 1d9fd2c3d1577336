package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.engine.GradientListener;
import dev.gatun.optim.Lookahead;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.ScheduledOptimizer;
import dev.gatun.optim.SharpnessAware;
import dev.gatun.update.kernel.StepKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which phases a step has, in their order: the only place that says so. What a run does not ask for has no phase, and
 * costs nothing. No phase waits for the device: whether a step is taken, with which loss scale and how much is clipped
 * is decided there.
 */
final class StepPhases {
    private final Device device;
    private final TrainingOptions options;
    private final BatchFeed feed;
    private final Programs programs;
    private final Optimizer optimizer;
    private final StepKernel control;
    private final Consumer<AutoCloseable> owner;
    private final boolean ahead;
    private final LossCheck check;
    private final @Nullable KeptBuffers kept;
    private final List<GradientPhase> reductions;
    private final @Nullable GradientListener listener;
    private final List<KeptState> states = new ArrayList<>();

    /**
     * Phases of a run.
     *
     * @param programs   all that the run needs, already compiled
     * @param reductions follow the gradients, before the update
     * @param owner      is given what must be closed after the last step
     */
    StepPhases(
            Device device, TrainingOptions options, BatchFeed feed, Programs programs, Optimizer optimizer,
            List<GradientPhase> reductions, Consumer<AutoCloseable> owner) {
        this.device = device;
        this.options = options;
        this.feed = feed;
        this.programs = programs;
        this.optimizer = optimizer;
        this.control = optimizer.control();
        this.owner = owner;
        this.reductions = List.copyOf(reductions);
        listener = Backward.all(this.reductions);
        ahead = device.stream().depth() > 0;
        check = new LossCheck(control, ahead ? own(new KeptInputs(device, control, programs.all())) : null);
        kept = ahead || options.accumulate() > 1 || options.wrappers().sharpness() != null
                ? own(new KeptBuffers(device, programs.variables(), control)) : null;
    }

    /** What leaves the gradients of the step in their slab: from batch in hand to the second pass, if there is one. */
    List<Phase> gradients() {
        List<Phase> phases = new ArrayList<>();
        phases.add(_ -> programs.variablesChanged());
        if (kept != null) {
            phases.add(kept);
        }
        phases.add(new Batches(feed, eachBatch()));
        phases.add(step -> step.gradientScale = 1 / step.weights);
        SharpnessAware sharpness = options.wrappers().sharpness();
        if (sharpness != null) {
            phases.add(own(new SecondPass(device, programs.variables(), control, check, sharpness, listener)));
        }
        phases.addAll(reductions);
        return phases;
    }

    /** From a batch to its gradients. The loss is looked at before anything changes. */
    private List<Phase> eachBatch() {
        List<Phase> phases = new ArrayList<>();
        phases.add(this::load);
        phases.add(step -> control.copyScale(step.pass().program().lossScale(), step.weight));
        phases.add(step -> step.pass().forward(step.seed, step.batchNumber));
        phases.add(check);
        boolean isFinal = options.accumulate() == 1 && options.wrappers().sharpness() == null;
        phases.add(new Backward(isFinal ? listener : null));
        if (options.accumulate() > 1) {
            phases.add(own(new Accumulation(device, programs.variables(), listener)));
        }
        phases.add(step -> step.pass().program().updateRunningStatistics());
        return phases;
    }

    private void load(StepState step) {
        BoundProgram program = programs.of(step.batchSize());
        feed.load(step.load(program), program);
    }

    /** What moves the parameters along the gradients. */
    List<Phase> update(ScheduledOptimizer schedules) {
        Lookahead lookahead = options.wrappers().lookahead();
        SlowPhases slow = lookahead == null ? null
                : own(new SlowPhases(device, programs.variables(), control, lookahead));
        List<Phase> phases = new ArrayList<>();
        phases.add(step -> schedules.moveTo(step.number - 1));
        phases.add(step -> step.submitted().learningRate = schedules.learningRate());
        if (slow != null) {
            phases.add(slow.before());
            states.add(slow);
        }
        phases.add(step -> optimizer.submit(step.gradientScale));
        if (slow != null) {
            phases.add(slow.after());
        }
        if (ahead && kept != null) {
            phases.add(_ -> kept.restoreWhereHalted());
        }
        return phases;
    }

    /** What the phases keep from step to step. */
    List<KeptState> states() {
        return List.copyOf(states);
    }

    private <T extends AutoCloseable> T own(T resource) {
        owner.accept(resource);
        return resource;
    }
}
