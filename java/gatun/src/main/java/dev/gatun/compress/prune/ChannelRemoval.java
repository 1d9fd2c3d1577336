package dev.gatun.compress.prune;

import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.Affine;
import dev.gatun.op.ArgMax;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.BatchNormalizationBackward;
import dev.gatun.op.Binary;
import dev.gatun.op.Broadcast;
import dev.gatun.op.Cast;
import dev.gatun.op.ChannelStatistics;
import dev.gatun.op.Concat;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.ConvolutionBackwardWeights;
import dev.gatun.op.Dropout;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.FakeQuantizeBackward;
import dev.gatun.op.Fill;
import dev.gatun.op.Gather;
import dev.gatun.op.GroupNormalization;
import dev.gatun.op.GroupNormalizationBackward;
import dev.gatun.op.InstanceNormalization;
import dev.gatun.op.LayerNormalization;
import dev.gatun.op.LayerNormalizationBackward;
import dev.gatun.op.Linear;
import dev.gatun.op.LinearBackwardData;
import dev.gatun.op.LinearBackwardWeights;
import dev.gatun.op.LossScale;
import dev.gatun.op.MatMul;
import dev.gatun.op.OneHot;
import dev.gatun.op.Op;
import dev.gatun.op.Pad;
import dev.gatun.op.Pool;
import dev.gatun.op.PoolBackward;
import dev.gatun.op.QuantizedOp;
import dev.gatun.op.Recurrent;
import dev.gatun.op.RecurrentBackward;
import dev.gatun.op.Reduce;
import dev.gatun.op.Resample;
import dev.gatun.op.ResampleBackward;
import dev.gatun.op.Reshape;
import dev.gatun.op.RmsNormalization;
import dev.gatun.op.RmsNormalizationBackward;
import dev.gatun.op.ScaledDotProductAttention;
import dev.gatun.op.ScaledDotProductAttentionBackward;
import dev.gatun.op.ScatterAdd;
import dev.gatun.op.Slice;
import dev.gatun.op.Softmax;
import dev.gatun.op.SoftmaxBackward;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.SoftmaxCrossEntropyBackward;
import dev.gatun.op.StopGradient;
import dev.gatun.op.SumAcrossRanks;
import dev.gatun.op.Transpose;
import dev.gatun.op.Unary;
import dev.gatun.op.UnaryBackward;
import dev.gatun.op.UpdateRunningStatistics;
import dev.gatun.op.Where;
import dev.gatun.shape.Shape;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/** Copies a graph without the channels that a plan drops: variables and attributes with smaller extents. */
final class ChannelRemoval {
    private final ChannelTracer tracer;
    private final Set<Integer> dropped = new HashSet<>();

    private ChannelRemoval(Graph graph, PruningPlan plan) {
        tracer = new ChannelTracer(graph);
        graph.variables().forEach(value -> drop(value, plan));
        graph.variables().forEach(value -> check(value, plan));
    }

    static Graph apply(Graph graph, PruningPlan plan) {
        return new ChannelRemoval(graph, plan).copy(graph, plan);
    }

    private static List<List<Integer>> indices(Value value, PruningPlan plan) {
        plan.after(Objects.requireNonNull(value.variable())); // which checks names and shapes
        return Objects.requireNonNull(plan.kept().get(value.name())).indices();
    }

    private void drop(Value value, PruningPlan plan) {
        List<Axis> axes = tracer.axes(value);
        List<List<Integer>> kept = indices(value, plan);
        for (int axis = 0; axis < axes.size(); axis++) {
            Set<Integer> stay = Set.copyOf(kept.get(axis));
            int[] atoms = axes.get(axis).atoms();
            IntStream.range(0, atoms.length).filter(i -> !stay.contains(i))
                    .forEach(i -> dropped.add(tracer.atoms().find(atoms[i])));
        }
    }

    private void check(Value value, PruningPlan plan) {
        List<Axis> axes = tracer.axes(value);
        for (int axis = 0; axis < axes.size(); axis++) {
            if (kept(axes.get(axis)) != indices(value, plan).get(axis).size()) {
                throw new IllegalArgumentException("the plan is of another network: dimension " + axis + " of "
                        + value.name() + " keeps " + indices(value, plan).get(axis).size()
                        + " indices, but what goes with them leaves " + kept(axes.get(axis)));
            }
        }
    }

    private boolean isKept(int atom) {
        return !dropped.contains(tracer.atoms().find(atom));
    }

    private long kept(Axis axis) {
        return axis.isFree() ? axis.extent() : IntStream.of(axis.atoms()).filter(this::isKept).count();
    }

    /** How many of some channels stay. */
    private long kept(Axis axis, long from, long to) {
        return axis.isFree() ? to - from : IntStream.of(axis.range(from, to - from)).filter(this::isKept).count();
    }

    private Shape kept(List<Axis> axes) {
        return Shape.of(axes.stream().mapToLong(this::kept).toArray());
    }

    private Graph copy(Graph graph, PruningPlan plan) {
        GraphBuilder builder = new GraphBuilder();
        Map<Value, Value> copies = new HashMap<>();
        graph.inputs().forEach(input -> copies.put(input, builder.input(input.name(), input.type())));
        graph.variables().forEach(value -> copies.put(value, builder.variable(
                plan.after(Objects.requireNonNull(value.variable())), value.type().dtype())));
        for (Node node : graph.nodes()) {
            Node copy = builder.node(node.name(), rewritten(node), node.inputs().stream().map(copies::get).toList());
            for (int i = 0; i < copy.outputs().size(); i++) {
                copies.put(node.outputs().get(i), copy.outputs().get(i));
            }
        }
        graph.outputs().forEach((name, value) -> builder.output(name, Objects.requireNonNull(copies.get(value))));
        return builder.build();
    }

    /** The operation with the attributes that fit fewer channels. */
    private Op rewritten(Node node) {
        return switch (node.op()) {
            case Convolution op -> op.groups(groups(node, op.groups()));
            case ConvolutionBackwardData op -> transposed(node, op);
            case GroupNormalization op -> new GroupNormalization(kept(tracer.axes(node.outputs().get(1)).get(1)),
                    op.epsilon(), op.scaling());
            case Reshape _ -> new Reshape(kept(tracer.axes(node.output())));
            case Broadcast _ -> new Broadcast(kept(tracer.axes(node.output())));
            case Fill op -> new Fill(op.type().withShape(kept(tracer.axes(node.output()))), op.value());
            case Slice op -> {
                Axis axis = tracer.axes(node.inputs().getFirst()).get(op.axis());
                yield new Slice(op.axis(), kept(axis, 0, op.start()),
                        kept(axis, op.start(), op.start() + op.length()));
            }
            case Pad op -> {
                Axis axis = tracer.axes(node.output()).get(op.axis());
                yield new Pad(op.axis(), kept(axis, 0, op.before()),
                        kept(axis, axis.extent() - op.after(), axis.extent()));
            }
            case Unary _, Affine _, Cast _, Dropout _, StopGradient _, Binary _, Where _, LossScale _, Transpose _,
                    Concat _, Resample _, Gather _, Reduce _, ArgMax _, OneHot _, MatMul _, Linear _,
                    BatchNormalization _, InstanceNormalization _, LayerNormalization _, RmsNormalization _,
                    UpdateRunningStatistics _, ChannelStatistics _, SumAcrossRanks _,
                    Recurrent _, ScaledDotProductAttention _, Pool _, Softmax _,
                    SoftmaxCrossEntropy _, FakeQuantize _ -> node.op();
            case QuantizedOp _ -> node.op(); // its operands stay as they are
            case BatchNormalizationBackward _, ConvolutionBackwardWeights _, GroupNormalizationBackward _,
                    LayerNormalizationBackward _, LinearBackwardData _, LinearBackwardWeights _, PoolBackward _,
                    RecurrentBackward _, ResampleBackward _, RmsNormalizationBackward _,
                    ScaledDotProductAttentionBackward _, ScatterAdd _, SoftmaxBackward _,
                    SoftmaxCrossEntropyBackward _, UnaryBackward _,
                    FakeQuantizeBackward _ -> node.op(); // its operands stay as they are
        };
    }

    /** How many groups are left: the channels that are read over those of one group. */
    private long groups(Node node, long before) {
        return before == 1 ? 1 : kept(tracer.axes(node.inputs().getFirst()).get(1))
                / kept(tracer.axes(node.inputs().get(1)).get(1));
    }

    private Op transposed(Node node, ConvolutionBackwardData op) {
        Shape source = kept(tracer.axes(node.output()));
        long groups = op.forward().groups() == 1 ? 1
                : source.extent(1) / kept(tracer.axes(node.inputs().get(1)).get(1));
        return new ConvolutionBackwardData(op.forward().groups(groups), source);
    }
}
