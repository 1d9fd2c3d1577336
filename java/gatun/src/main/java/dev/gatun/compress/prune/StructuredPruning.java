package dev.gatun.compress.prune;

import dev.gatun.compress.Snapshot;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Inference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Removes channels, attention heads, neurons and residual blocks of a classifier and rebuilds it smaller, so that it is
 * faster on any device.
 *
 * <pre>{@code
 * Pruned pruned = StructuredPruning.prune(snapshot, PruningOptions.defaults().targetMacs(0.5));
 * System.out.println(pruned.report().text());
 * Model smaller = pruned.snapshot().model();
 * }</pre>
 */
public final class StructuredPruning {
    private static final int RATIO_STEPS = 20;
    private static final int MEASURED_STEPS = 8;
    private static final double MOST = Math.nextDown(1.0);

    private final Snapshot snapshot;
    private final Graph graph;
    private final Selection selection;
    private final PruningOptions options;

    private StructuredPruning(Snapshot snapshot, PruningOptions options) {
        this.snapshot = snapshot;
        this.options = options;
        graph = snapshot.graph();
        selection = new Selection(snapshot, graph, options);
    }

    /**
     * Prunes a classifier. Nothing is trained: fine-tune what comes out.
     *
     * @throws IllegalArgumentException when options name layers that do not exist, nothing can be pruned, or the target
     *                                  cannot be reached
     */
    public static Pruned prune(Snapshot snapshot, PruningOptions options) {
        return new StructuredPruning(snapshot, options).run();
    }

    /** Returns a classifier with what a plan keeps of it. */
    public static Snapshot apply(Snapshot snapshot, PruningPlan plan) {
        return snapshot.rewritten(plan, plan.slice(snapshot.values()));
    }

    /** Returns the multiply-accumulates of inference for one image: half of the floating-point operations. */
    public static long macs(Snapshot snapshot) {
        return macs(snapshot.graph());
    }

    private static long macs(Graph graph) {
        return Inference.of(graph).flops() / 2 / Snapshot.SOME_IMAGES;
    }

    private Pruned run() {
        double chosen = switch (options.target()) {
            case PruningTarget.Ratio(double share) -> share;
            case PruningTarget.Macs(double share) -> reach(share * macs(graph), "of " + macs(graph)
                    + " multiply-accumulates", ratio -> macs(selection.plan(ratio).apply(graph)), RATIO_STEPS);
            case PruningTarget.Latency latency -> {
                double whole = latency.seconds().applyAsDouble(snapshot);
                yield reach(latency.share() * whole, "of " + whole + " s", ratio ->
                        latency.seconds().applyAsDouble(apply(snapshot, selection.plan(ratio))), MEASURED_STEPS);
            }
        };
        PruningPlan plan = selection.plan(chosen);
        Snapshot result = apply(snapshot, plan);
        return new Pruned(result, plan, report(plan, chosen));
    }

    private interface Cost {
        double at(double ratio);
    }

    /** The smallest ratio whose cost is at most a bound, by bisection. */
    private static double reach(double bound, String unit, Cost cost, int steps) {
        double least = cost.at(MOST);
        if (least > bound) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, "pruning can reach %.6g %s at least,"
                    + " not %.6g: allow a smaller minimum, ignore fewer layers, or ask for less", least, unit, bound));
        }
        if (cost.at(0) <= bound) {
            return 0;
        }
        double low = 0;
        double high = MOST;
        for (int i = 0; i < steps; i++) {
            double middle = (low + high) / 2;
            if (cost.at(middle) <= bound) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    private PruningReport report(PruningPlan plan, double ratio) {
        List<PruningReport.Group> groups = new ArrayList<>();
        int[] kept = selection.kept(ratio);
        for (int i = 0; i < selection.groups().size(); i++) {
            ChannelGroup group = selection.groups().get(i);
            groups.add(new PruningReport.Group(group.name(), group.layers(), group.channels(), kept[i],
                    selection.scores(i).map(scores -> Arrays.stream(scores).boxed().toList()).orElse(List.of()),
                    selection.fixed(i)));
        }
        Graph after = plan.apply(graph);
        return new PruningReport(groups, plan.blocks(), macs(graph), macs(after), graph.parameterElements(),
                after.parameterElements());
    }
}
