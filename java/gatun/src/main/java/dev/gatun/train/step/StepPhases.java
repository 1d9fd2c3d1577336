package dev.gatun.train.step;

import dev.gatun.backend.Device;
import dev.gatun.compress.sparse.SparsityOptions;
import dev.gatun.engine.GradientListener;
import dev.gatun.optim.Lookahead;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.ScheduledOptimizer;
import dev.gatun.optim.SharpnessAware;
import dev.gatun.optim.Wrappers;
import dev.gatun.train.program.BoundProgram;
import dev.gatun.train.program.Programs;
import dev.gatun.update.kernel.StepKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Creates the phases of a step in their order. Only what a run asks for has a phase. No phase waits for the device,
 * which decides whether a step is taken, with which loss scale, and how gradients are clipped.
 */
public final class StepPhases {
    private final Device device;
    private final int accumulate;
    private final Wrappers wrappers;
    private final BatchFeed feed;
    private final Programs programs;
    private final Optimizer optimizer;
    private final StepKernel control;
    private final Consumer<AutoCloseable> owner;
    private final boolean ahead;
    private final LossCheck check;
    private final @Nullable KeptBuffers kept;
    private final RankPhases ranks;
    private final @Nullable GradientListener listener;
    private final List<KeptState> states = new ArrayList<>();
    private final @Nullable SlowPhases slow;
    private final @Nullable MaskedWeights masks;

    /**
     * Creates the phases of a run.
     *
     * @param accumulate largest number of batches of a step
     * @param wrappers   wrappers of the optimizer
     * @param programs   all programs that the run needs, already compiled
     * @param sparsity   weights that are kept at zero; null for none
     * @param steps      steps of the run
     * @param ranks      what the ranks that train together add
     * @param owner      closes its resources after the last step
     */
    public StepPhases(
            Device device, int accumulate, Wrappers wrappers, BatchFeed feed, Programs programs, Optimizer optimizer,
            @Nullable SparsityOptions sparsity, long steps, RankPhases ranks,
            Consumer<AutoCloseable> owner) {
        this.device = device;
        this.accumulate = accumulate;
        this.wrappers = wrappers;
        this.feed = feed;
        this.programs = programs;
        this.optimizer = optimizer;
        this.control = optimizer.control();
        this.owner = owner;
        this.ranks = ranks;
        listener = Backward.all(ranks.reductions());
        ahead = device.stream().depth() > 0;
        check = new LossCheck(control, ahead ? own(new KeptInputs(device, control, programs.all())) : null);
        kept = ahead || accumulate > 1 || wrappers.sharpness() != null || !ranks.reductions().isEmpty()
                ? own(new KeptBuffers(device, programs.variables(), control)) : null;
        Lookahead lookahead = wrappers.lookahead();
        slow = lookahead == null ? null : own(new SlowPhases(device, programs.variables(), control, lookahead));
        masks = sparsity == null ? null : own(new MaskedWeights(device, programs.variables(), optimizer, sparsity,
                steps, slow == null ? null : slow.weights()));
        if (slow != null) {
            states.add(slow);
        }
        if (masks != null) {
            states.addAll(masks.states());
        }
        states.addAll(ranks.states());
    }

    /** Returns the weights that are kept at zero; null where none are. */
    public @Nullable MaskedWeights masks() {
        return masks;
    }

    /**
     * Returns the phases of a step of this rank.
     *
     * @param consensus   what is known of a step where there are several ranks; null for one by itself
     * @param mostBatches largest number of batches of a step
     * @throws IllegalArgumentException when the run asks for what the rank cannot do
     */
    public TrainingStep.Phases step(
            RankRole role, ScheduledOptimizer schedules, @Nullable Consensus consensus, int mostBatches) {
        return switch (role) {
            case RankRole.Peer _ -> {
                List<Phase> gradients = gradients();
                gradients.addAll(masked());
                yield new TrainingStep.Phases(gradients, update(schedules), consensus, mostBatches);
            }
            case RankRole.Worker worker -> {
                checkWorker();
                List<Phase> exchange = scheduled(schedules);
                exchange.add(worker.exchange());
                yield new TrainingStep.Phases(gradients(), exchange, consensus, mostBatches);
            }
            case RankRole.Server server -> {
                checkWorker();
                List<Phase> update = masked();
                update.addAll(update(schedules));
                yield new TrainingStep.Phases(List.of(server.step().apply(update)), List.of(), consensus, mostBatches);
            }
        };
    }

    private void checkWorker() {
        if (masks != null && wrappers.sharpness() != null) {
            throw new IllegalArgumentException("sharpness-aware minimisation keeps zeros at zero by the mask of the"
                    + " rank that computes, and the server has it: leave one of them out, or sum gradients");
        }
    }

    private List<Phase> masked() {
        return masks == null ? new ArrayList<>() : new ArrayList<>(List.of(masks.gradients()));
    }

    /** The phases that compute the gradients of the step, up to the second pass, if there is one. */
    private List<Phase> gradients() {
        List<Phase> phases = new ArrayList<>();
        phases.add(_ -> programs.variablesChanged());
        if (kept != null) {
            phases.add(kept);
        }
        phases.add(new Batches(feed, eachBatch()));
        phases.add(step -> step.gradientScale = 1 / step.plan().summedWeights);
        SharpnessAware sharpness = wrappers.sharpness();
        if (sharpness != null) {
            if (masks != null) {
                phases.add(masks.beforeAscent());
            }
            phases.add(own(new SecondPass(device, programs.variables(), control, check, sharpness, listener)));
        }
        if (!ranks.reductions().isEmpty()) {
            phases.add(new IdleShare(device, programs.variables(), listener));
        }
        phases.addAll(ranks.reductions());
        phases.addAll(ranks.settled());
        return phases;
    }

    /** From a batch to its gradients. The loss is looked at before anything changes. */
    private List<Phase> eachBatch() {
        List<Phase> phases = new ArrayList<>();
        phases.add(this::load);
        phases.add(step -> control.copyScale(step.pass().program().lossScale(), step.weight));
        phases.add(step -> step.pass().forward(step.seed, step.batchNumber));
        phases.add(check);
        boolean isFinal = accumulate == 1 && wrappers.sharpness() == null;
        phases.add(new Backward(isFinal ? listener : null));
        if (accumulate > 1) {
            phases.add(own(new Accumulation(device, programs.variables(), listener)));
        }
        phases.add(step -> step.pass().program().updateRunningStatistics());
        return phases;
    }

    private void load(StepState step) {
        BoundProgram program = programs.of(step.batchSize());
        feed.load(step.load(program), program);
    }

    private static List<Phase> scheduled(ScheduledOptimizer schedules) {
        List<Phase> phases = new ArrayList<>();
        phases.add(step -> schedules.moveTo(step.number - 1));
        phases.add(step -> step.submitted().learningRate = schedules.learningRate());
        return phases;
    }

    /** The phases that update the parameters. */
    private List<Phase> update(ScheduledOptimizer schedules) {
        List<Phase> phases = scheduled(schedules);
        if (slow != null) {
            phases.add(slow.before());
        }
        phases.add(step -> optimizer.submit(step.gradientScale));
        if (slow != null) {
            phases.add(slow.after());
        }
        if (masks != null) {
            phases.add(masks.update());
        }
        phases.addAll(ranks.updated());
        if (ahead && kept != null) {
            phases.add(_ -> kept.restoreWhereHalted());
        }
        return phases;
    }

    /** Returns the states of the phases. */
    public List<KeptState> states() {
        return List.copyOf(states);
    }

    private <T extends AutoCloseable> T own(T resource) {
        owner.accept(resource);
        return resource;
    }
}
