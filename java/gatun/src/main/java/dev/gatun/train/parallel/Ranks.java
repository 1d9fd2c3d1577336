package dev.gatun.train.parallel;

import dev.gatun.backend.Device;
import dev.gatun.data.Share;
import dev.gatun.dist.Agreement;
import dev.gatun.dist.GroupException;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.Reduction;
import dev.gatun.dist.TextMap;
import dev.gatun.engine.CompileOptions;
import dev.gatun.engine.KernelChoices;
import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.Role;
import dev.gatun.optim.schedule.RunLength;
import dev.gatun.train.step.Consensus;
import dev.gatun.train.step.Phase;
import dev.gatun.train.step.RankPhases;
import dev.gatun.train.step.StepPlan;
import dev.gatun.train.task.MetricSums;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The ranks that train together, as one of them sees them; or a trainer by itself. */
public final class Ranks {
    /** A trainer by itself. */
    public static final Ranks ALONE = new Ranks(null, ParallelOptions.DEFAULTS);

    private final @Nullable ProcessGroup group;
    private final ParallelOptions options;
    private @Nullable GradientReduction reduction;
    private @Nullable WeightMean mean;

    private Ranks(@Nullable ProcessGroup group, ParallelOptions options) {
        this.group = group;
        this.options = options;
    }

    /** Returns the ranks of a group, which its user closes; null, or a group of one rank, is a trainer by itself. */
    public static Ranks of(@Nullable ProcessGroup group, ParallelOptions options) {
        return group == null || group.size() == 1 ? ALONE : new Ranks(group, options);
    }

    /** Returns whether there is only this rank. */
    public boolean alone() {
        return group == null;
    }

    /** Returns the group; null for a trainer by itself. */
    public @Nullable ProcessGroup group() {
        return group;
    }

    /** Returns the share of this rank. */
    public Share share() {
        return group == null ? Share.ALL : new Share(group.rank(), group.size());
    }

    /**
     * Checks options of a run.
     *
     * @param keepsZeros    whether weights are kept at zero
     * @param copiesWeights whether the optimizer writes a copy of the weights
     * @throws IllegalArgumentException when they do not go with ranks that step by their own gradients
     */
    public void check(boolean keepsZeros, boolean copiesWeights) {
        if (group != null && options.synchronization() instanceof Synchronization.Weights
                && (keepsZeros || copiesWeights)) {
            throw new IllegalArgumentException("ranks that average their weights each "
                    + (keepsZeros ? "choose other weights to be zero: train with sparsity"
                    : "have a copy of them in bf16 that no mean reaches: train")
                    + " by the sum of gradients, --synchronize gradients");
        }
    }

    /**
     * Checks that all ranks have the same of something.
     *
     * @throws GroupException on all ranks, where one has something else
     */
    public void agree(String topic, Supplier<Map<String, String>> mine) {
        if (group != null) {
            Agreement.check(group, topic, mine.get());
        }
    }

    /**
     * Compiles on rank 0 first, so that all ranks take the kernels, and with them the layouts of parameters, that rank 0
     * chose.
     *
     * @param compile compiles with options
     * @param choices tells what a compilation chose
     */
    public <T> T compile(CompileOptions asked, Function<CompileOptions, T> compile,
            Function<T, KernelChoices> choices) {
        if (group == null) {
            return compile.apply(asked);
        }
        if (group.isFirst()) {
            T compiled = compile.apply(asked);
            group.gather("choices of kernels", TextMap.write(choices.apply(compiled).entries()));
            return compiled;
        }
        byte[] first = group.gather("choices of kernels", new byte[0]).getFirst();
        return compile.apply(asked.withRecorded(asked.recorded().and(KernelChoices.of(TextMap.read(first)))));
    }

    /** Checks that the variables of all ranks lie alike in memory, so that sums add what belongs together. */
    public void checkLayout(Variables variables) {
        agree("layout of parameters", () -> {
            Map<String, String> places = new LinkedHashMap<>();
            variables.slots().forEach(slot -> places.put("variable " + slot.variable().name(), "at " + slot.offset()
                    + " of the " + slot.slab() + ", as " + slot.stored().type() + " in " + slot.stored().layout()));
            return places;
        });
    }

    /** Gives all ranks the variables of rank 0. */
    public void broadcast(Device device, Variables variables) {
        if (group != null) {
            broadcast(group, device, variables.parameters());
            broadcast(group, device, variables.buffers());
        }
    }

    private static void broadcast(ProcessGroup group, Device device, Buffer slab) {
        try (HostBuffer staging = device.memory().allocate(Role.STAGING, "variables of rank 0", slab.bytes())) {
            device.download(slab, staging.segment());
            device.stream().synchronize();
            group.broadcast(staging.segment(), 0);
            device.upload(staging.segment(), slab);
            device.stream().synchronize();
        }
    }

    /**
     * Returns what the ranks add to a step.
     *
     * @param length length of the run
     * @param owner  closes what they own
     */
    public RankPhases phases(
            Device device, Program program, Variables variables, RunLength length, Consumer<AutoCloseable> owner) {
        if (group == null) {
            return RankPhases.NONE;
        }
        ProcessGroup together = group;
        GradientReduction gradients = new GradientReduction(device, program, variables, options.buckets(), together,
                (memory, offset, bytes) -> together.allReduce(memory, offset, bytes, Reduction.SUM));
        owner.accept(gradients);
        reduction = gradients;
        List<Phase> settled = new ArrayList<>();
        if (StatisticsMean.isNeeded(variables)) {
            StatisticsMean statistics = new StatisticsMean(device, variables, group);
            owner.accept(statistics);
            settled.add(statistics);
        }
        return switch (options.synchronization()) {
            case Synchronization.Gradients _ -> new RankPhases(List.of(gradients), settled, List.of(), List.of());
            case Synchronization.Weights weights -> {
                WeightMean means = new WeightMean(device, variables, group, weights,
                        weights.from().steps(length) + 1);
                owner.accept(means);
                mean = means;
                yield new RankPhases(List.of(gradients), settled, List.of(means), means.states());
            }
        };
    }

    /** Comes before a step is submitted: completes its plan. */
    public void prepare(StepPlan plan) {
        WeightMean means = mean;
        GradientReduction gradients = reduction;
        if (means == null || gradients == null) {
            return;
        }
        means.before(plan.number);
        boolean own = means.isOwn(plan.number);
        gradients.enable(!own);
        if (own) {
            plan.summedWeights = plan.batches == 0 ? 1 : plan.ownWeights();
        }
    }

    /** Returns what makes the results of a step those of all ranks; null for a trainer by itself. */
    public @Nullable Consensus consensus(BooleanSupplier wantsStop, MetricSums metrics) {
        return group == null ? null : new Consensus(group, wantsStop, metrics);
    }

    /** Replaces numbers by their sums over the ranks. */
    public void sum(double[] numbers) {
        if (group != null) {
            group.sum(numbers);
        }
    }

    /** Tells the others that this rank gives up because of a failure, unless one of them was the reason. */
    public void giveUp(Throwable failure) {
        if (group != null && !(failure instanceof GroupException)) {
            group.members().abort(String.valueOf(failure.getMessage()));
        }
    }

    /** Returns how long gradients were on their way so far. */
    public CommunicationTime time() {
        return reduction == null ? CommunicationTime.NONE : reduction.time();
    }
}
