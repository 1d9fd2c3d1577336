package dev.gatun.train.parallel;

import dev.gatun.backend.Device;
import dev.gatun.data.Share;
import dev.gatun.dist.Agreement;
import dev.gatun.dist.GroupException;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.TextMap;
import dev.gatun.dist.codec.GradientCompression;
import dev.gatun.dist.codec.GradientCompressionText;
import dev.gatun.engine.CompileOptions;
import dev.gatun.engine.KernelChoices;
import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.memory.Buffer;
import dev.gatun.optim.schedule.RunLength;
import dev.gatun.train.program.GroupSums;
import dev.gatun.train.parallel.server.HostView;
import dev.gatun.train.parallel.server.ServedModel;
import dev.gatun.train.parallel.server.ServedRank;
import dev.gatun.train.parallel.server.Staleness;
import dev.gatun.train.step.Consensus;
import dev.gatun.train.step.KeptState;
import dev.gatun.train.step.Phase;
import dev.gatun.train.step.RankPhases;
import dev.gatun.train.step.RankRole;
import dev.gatun.train.step.StepPlan;
import dev.gatun.train.step.SummedResults;
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
    private @Nullable CompressedSums compressed;
    private @Nullable ServedRank served;
    private @Nullable SummedResults summed;

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

    /** Returns the share of this rank. */
    public Share share() {
        return group == null ? Share.ALL : new Share(group.rank(), group.size());
    }

    /** Returns the share of this rank in each batch; that of rank 0, where it trains nothing, is the first worker's. */
    public Share trainingShare() {
        return group != null && hasServer() ? new Share(Math.max(0, group.rank() - 1), group.size() - 1) : share();
    }

    private boolean hasServer() {
        return options.synchronization() instanceof Synchronization.Server;
    }

    /** Returns whether this rank computes gradients. */
    public boolean trains() {
        return group == null || !hasServer() || !group.isFirst();
    }

    /**
     * Checks options of a run.
     *
     * @param keepsZeros    whether weights are kept at zero
     * @param copiesWeights whether the optimizer writes a copy of the weights
     * @param movesScale    whether the loss scale may change
     * @throws IllegalArgumentException when they do not go with how ranks stay together
     */
    public void check(boolean keepsZeros, boolean copiesWeights, boolean movesScale) {
        if (group != null && movesScale && options.compression().hasErrorFeedback()) {
            throw new IllegalArgumentException(GradientCompressionText.of(options.compression())
                    + " keeps what it has not sent in the unit of the loss scale, which moves: use a fixed loss scale,"
                    + " or bf16");
        }
        if (group != null && options.synchronization() instanceof Synchronization.Weights
                && (keepsZeros || copiesWeights)) {
            throw new IllegalArgumentException("ranks that average their weights each "
                    + (keepsZeros ? "choose other weights to be zero: train with sparsity"
                    : "have a copy of them in bf16 that no mean reaches: train")
                    + " by the sum of gradients, --synchronize gradients");
        }
        if (group != null && hasServer() && !(options.compression() instanceof GradientCompression.None)) {
            throw new IllegalArgumentException("workers send a server their gradients as they are: leave out "
                    + GradientCompressionText.of(options.compression()) + ", or sum gradients");
        }
        if (group != null && hasServer() && options.batchNorm() == ParallelOptions.BatchNormScope.ALL_RANKS) {
            throw new IllegalArgumentException("workers of a server do not wait for each other, so that batch"
                    + " normalisation has no statistics of all: take those of each rank, or sum gradients");
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

    private boolean synchronizesBatchNorm() {
        return options.batchNorm() == ParallelOptions.BatchNormScope.ALL_RANKS;
    }

    /**
     * Checks the batches of an epoch.
     *
     * @throws IllegalArgumentException when a rank would have no part in the statistics of a batch
     */
    public void check(Rounds rounds) {
        if (group != null && synchronizesBatchNorm() && rounds.hasIdleRanks()) {
            throw new IllegalArgumentException("the last batch of an epoch has " + rounds.size(rounds.count() - 1)
                    + " examples, and batch normalisation is over " + group.size()
                    + " ranks, each of which needs one: drop the last batch, or use another batch size");
        }
    }

    /** Returns the options of a compilation whose program these ranks run together. */
    private CompileOptions together(CompileOptions asked) {
        return group != null && synchronizesBatchNorm() ? asked.withAcross(new GroupSums(group)) : asked;
    }

    /**
     * Compiles on rank 0 first, so that all ranks take the kernels, and with them the layouts of parameters, that rank
     * 0 chose.
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
            T compiled = compile.apply(together(asked));
            group.gather("choices of kernels", TextMap.write(choices.apply(compiled).entries()));
            return compiled;
        }
        byte[] first = group.gather("choices of kernels", new byte[0]).getFirst();
        return compile.apply(together(asked)
                .withRecorded(asked.recorded().and(KernelChoices.of(TextMap.read(first)))));
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
        try (HostView view = new HostView(device, slab, "variables of rank 0")) {
            view.broadcast(group);
        }
    }

    /**
     * Returns what the ranks add to a step.
     *
     * @param length    length of the run
     * @param consensus what all ranks know of a step, which they find out last before the update
     * @param owner     closes what they own
     */
    public RankPhases phases(
            Device device, Program program, Variables variables, RunLength length, @Nullable Consensus consensus,
            Consumer<AutoCloseable> owner) {
        if (group == null || hasServer()) {
            return RankPhases.NONE;
        }
        CompressedSums sums = new CompressedSums(options.compression(), variables, group, device.memory());
        owner.accept(sums);
        compressed = sums;
        sums.stopsWith(consensus);
        GradientReduction gradients =
                new GradientReduction(device, program, variables, options.buckets(), group,
                        synchronizesBatchNorm() ? GradientReduction.Timing.AFTER_BACKWARD
                                : GradientReduction.Timing.DURING_BACKWARD, sums);
        owner.accept(gradients);
        reduction = gradients;
        List<Phase> settled = new ArrayList<>();
        if (StatisticsMean.isNeeded(variables) && !synchronizesBatchNorm()) { // otherwise they are the same already
            StatisticsMean statistics = new StatisticsMean(device, variables, group);
            owner.accept(statistics);
            settled.add(statistics);
        }
        if (summed != null) {
            settled.add(summed);
        }
        return switch (options.synchronization()) {
            case Synchronization.Gradients _ -> new RankPhases(
                    List.of(gradients), settled, List.of(sums), sums.states());
            case Synchronization.Weights weights -> {
                WeightMean means = new WeightMean(device, variables, group, weights,
                        weights.from().steps(length) + 1);
                owner.accept(means);
                mean = means;
                List<KeptState> states = new ArrayList<>(sums.states());
                states.addAll(means.states());
                yield new RankPhases(List.of(gradients), settled, List.of(sums, means), states);
            }
            case Synchronization.Server _ -> throw new IllegalStateException("a server sums nothing");
        };
    }

    /** Comes after a checkpoint was restored. */
    public void restored() {
        if (compressed != null) {
            compressed.restored();
        }
    }

    /**
     * Returns what this rank does in a step.
     *
     * @param owner closes what it owns
     */
    public RankRole role(ServedModel model, Consumer<AutoCloseable> owner) {
        if (group == null || !(options.synchronization() instanceof Synchronization.Server server)) {
            return RankRole.PEER;
        }
        ServedRank part = ServedRank.of(group, model, server.staleness());
        owner.accept(part);
        served = part;
        return part.role();
    }

    /**
     * A run begins on all ranks.
     *
     * @param step  steps of the run that this rank has done
     * @param place where in an epoch that is
     * @throws GroupException on all ranks, when they do not begin together
     */
    public void begin(long step, ServedRank.Place place) {
        if (served == null) {
            agree("where the run begins", () -> Map.of("the run at step", String.valueOf(step)));
        } else {
            served.begin(place);
        }
    }

    /**
     * An epoch, or the run, has ended for this rank; waits for the others where they come later.
     *
     * @param whole whether this rank has done all its steps of the epoch
     * @return whether all have
     */
    public boolean settle(boolean whole) {
        return served == null ? whole : served.settle(whole);
    }

    /** Comes before a step is submitted: completes its plan. */
    public void prepare(StepPlan plan) {
        if (served != null) {
            served.prepare(plan);
            return;
        }
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
    public @Nullable Consensus consensus(Device device, BooleanSupplier wantsStop, MetricSums metrics) {
        if (served != null || group == null) {
            return served;
        }
        summed = new SummedResults(group, device.stream(), wantsStop, metrics);
        return summed;
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

    /** Returns whether the variables are those of whole updates. */
    public boolean isWhole() {
        return served == null || served.isWhole();
    }

    /**
     * Returns the rounds that each worker of a server has done of an epoch, which checkpoints keep; empty elsewhere.
     *
     * @param round those of rank 0
     */
    public List<Long> rounds(int round) {
        return served == null ? List.of() : served.rounds(round);
    }

    /**
     * Goes on from a checkpoint.
     *
     * @param rounds what {@link #rounds} told there
     * @param round  rounds of the epoch that rank 0 had done
     * @return those that this rank has done: {@code round}, unless there were as many workers as now
     */
    public int restore(List<Long> rounds, int round) {
        return served == null || group == null || rounds.size() != group.size() - 1 ? round
                : served.restore(rounds, round);
    }

    /** Returns how old parameters were when gradients were applied, on rank 0 of an asynchronous run. */
    public Staleness staleness() {
        return served == null ? Staleness.NONE : served.staleness();
    }

    /** Returns how long gradients were on their way so far. */
    public CommunicationTime time() {
        return reduction == null ? CommunicationTime.NONE : reduction.time();
    }
}
