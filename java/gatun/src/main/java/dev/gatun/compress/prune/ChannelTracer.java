package dev.gatun.compress.prune;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Follows the channels of a graph from operation to operation: each index of each dimension of a variable begins as a
 * channel of its own, and an operation makes those go together that it combines.
 */
final class ChannelTracer {
    private final Atoms atoms = new Atoms();
    private final Map<Value, List<Axis>> axes = new HashMap<>();
    private final Map<Value, Map<Integer, Role>> roles = new HashMap<>();
    private final LayerRules layers = new LayerRules(this, atoms);
    private final MoveRules moves = new MoveRules(atoms);

    ChannelTracer(Graph graph) {
        graph.inputs().forEach(input -> axes.put(input, free(input)));
        for (Value value : graph.variables()) {
            List<Axis> fresh = new ArrayList<>();
            for (long extent : value.type().shape().extents()) {
                fresh.add(atoms.axis(extent));
            }
            axes.put(value, fresh);
        }
        for (Node node : graph.nodes()) {
            List<Axis> first = outputs(node, node.inputs().stream().map(this::axes).toList());
            for (int i = 0; i < node.outputs().size(); i++) {
                axes.put(node.outputs().get(i), further(node, i, first));
            }
        }
        graph.outputs().forEach((name, value) -> axes(value).forEach(axis ->
                atoms.fix(axis, "they are the output \"" + name + "\"")));
    }

    Atoms atoms() {
        return atoms;
    }

    List<Axis> axes(Value value) {
        return Objects.requireNonNull(axes.get(value), value::name);
    }

    /** What a dimension of a variable is for. */
    Role role(Value variable, int axis) {
        return roles.getOrDefault(variable, Map.of()).getOrDefault(axis, usual(Objects.requireNonNull(
                variable.variable())));
    }

    private static Role usual(Variable variable) {
        return switch (variable.kind()) {
            case BIAS -> Role.SHIFT;
            case BUFFER -> Role.STATISTIC;
            case WEIGHT, NORMALIZATION -> Role.OTHER;
        };
    }

    void role(Value variable, int axis, Role role) {
        roles.computeIfAbsent(variable, _ -> new HashMap<>()).putIfAbsent(axis, role);
    }

    static List<Axis> free(Value value) {
        return free(value.type().shape());
    }

    static List<Axis> free(Shape shape) {
        List<Axis> result = new ArrayList<>();
        for (long extent : shape.extents()) {
            result.add(Axis.free(extent));
        }
        return result;
    }

    /** The dimensions of the first output. */
    private List<Axis> outputs(Node node, List<List<Axis>> in) {
        String name = node.name();
        return switch (node.op()) {
            case Unary _, Affine _, Cast _, Dropout _, StopGradient _, SumAcrossRanks _ -> in.getFirst();
            case FakeQuantize op -> {
                if (op.isPerChannel()) {
                    in.subList(1, in.size()).forEach(scales ->
                            unite(name, in.getFirst().subList(op.axis(), op.axis() + 1), scales));
                }
                yield in.getFirst();
            }
            case Binary _ -> broadcast(name, node.output().type().shape(), in.get(0), in.get(1));
            case Where _ -> {
                unite(name, in.get(0), in.get(1));
                unite(name, in.get(0), in.get(2));
                yield in.getFirst();
            }
            case Broadcast op -> broadcast(name, op.shape(), in.getFirst(), fresh(op.shape()));
            case Fill op -> fresh(op.type().shape());
            case LossScale _ -> free(node.output());
            case Reshape op -> new Reshaping(atoms, name).of(in.getFirst(), op.shape());
            case Transpose op -> op.permutation().stream().map(in.getFirst()::get).toList();
            case Slice op -> moves.slice(name, op, in.getFirst());
            case Concat op -> moves.concat(name, op, in);
            case Pad op -> moves.pad(op, in.getFirst());
            case Resample op -> moves.fixed(in.getFirst(), op.axis(), node.output().type().shape(),
                    name + " interpolates between them");
            case Gather op -> moves.gather(name, op, in.get(0), in.get(1));
            case Reduce op -> moves.reduce(name, op, in.getFirst());
            case ArgMax op -> moves.without(in.getFirst(), op.axis(), name + " chooses among them");
            case OneHot op -> moves.oneHot(op, in.getFirst());
            case MatMul op -> layers.matMul(name, op, in.get(0), in.get(1), node.output().type().shape());
            case Convolution op -> layers.convolution(node, op, in);
            case ConvolutionBackwardData op -> layers.transposed(node, op, in);
            case Linear _ -> layers.linear(node, in);
            case BatchNormalization _, InstanceNormalization _ -> layers.perChannel(node, in);
            case ChannelStatistics _ -> in.getFirst().subList(1, 2);
            case GroupNormalization op -> layers.groups(node, op, in);
            case LayerNormalization op -> layers.trailing(node, op.axes(), in);
            case RmsNormalization _ -> layers.trailing(node, 1, in);
            case UpdateRunningStatistics _ -> {
                unite(name, in.get(0).subList(in.get(0).size() - 1, in.get(0).size()), in.get(2));
                unite(name, in.get(1).subList(in.get(1).size() - 1, in.get(1).size()), in.get(3));
                yield List.of();
            }
            case Recurrent _ -> layers.recurrent(node, in);
            case ScaledDotProductAttention _ -> layers.attention(name, in);
            case Pool _ -> layers.pool(node, in.getFirst());
            case Softmax op -> moves.fixed(in.getFirst(), op.axis(), node.output().type().shape(),
                    name + " normalises over them");
            case SoftmaxCrossEntropy _ -> {
                fix(in, name + " reads them as scores of classes");
                yield free(node.output());
            }
            case QuantizedOp _ -> {
                fix(in, name + " computes on integers: prune before it is quantized");
                yield free(node.output());
            }
            case BatchNormalizationBackward _, ConvolutionBackwardWeights _, GroupNormalizationBackward _,
                    LayerNormalizationBackward _, LinearBackwardData _, LinearBackwardWeights _, PoolBackward _,
                    RecurrentBackward _, ResampleBackward _, RmsNormalizationBackward _,
                    ScaledDotProductAttentionBackward _, ScatterAdd _, SoftmaxBackward _,
                    SoftmaxCrossEntropyBackward _, UnaryBackward _, FakeQuantizeBackward _ -> {
                fix(in, name + " is a gradient (" + node.op().name() + "), which channels are not followed through");
                yield node.outputs().isEmpty() ? List.of() : free(node.output());
            }
        };
    }

    /** The dimensions of an output after the first: statistics, workspaces and states. */
    private List<Axis> further(Node node, int index, List<Axis> first) {
        Shape shape = node.outputs().get(index).type().shape();
        if (index == 0) {
            return first;
        }
        return switch (node.op()) {
            case BatchNormalization _ -> index == 3 ? first : List.of(first.get(1));
            case InstanceNormalization _ -> List.of(first.get(0), first.get(1));
            case GroupNormalization _ -> List.of(first.get(0), layers.groupsOf(node));
            case LayerNormalization op -> first.subList(0, first.size() - op.axes());
            case RmsNormalization _, ScaledDotProductAttention _ -> first.subList(0, first.size() - 1);
            case Pool _, ChannelStatistics _ -> first;
            case Recurrent _ -> shape.rank() == 2 ? List.of(first.get(1), first.get(2)) : free(shape);
            default -> free(shape); // nothing else has channels along a second output, and it is fixed above
        };
    }

    private List<Axis> fresh(Shape shape) {
        List<Axis> result = new ArrayList<>();
        for (long extent : shape.extents()) {
            result.add(atoms.axis(extent));
        }
        return result;
    }

    void unite(String node, List<Axis> a, List<Axis> b) {
        for (int i = 0; i < a.size(); i++) {
            atoms.unite(a.get(i), b.get(i), node);
        }
    }

    void fix(List<List<Axis>> inputs, String reason) {
        inputs.forEach(input -> input.forEach(axis -> atoms.fix(axis, reason)));
    }

    /** Two operands aligned at their last dimensions; what is repeated must be one anyway. */
    List<Axis> broadcast(String node, Shape shape, List<Axis> a, List<Axis> b) {
        List<Axis> result = new ArrayList<>();
        for (int i = 0; i < shape.rank(); i++) {
            int atA = i - shape.rank() + a.size();
            int atB = i - shape.rank() + b.size();
            if (atA < 0 || atB < 0) {
                result.add(atA < 0 ? b.get(atB) : a.get(atA));
            } else if (a.get(atA).extent() == b.get(atB).extent()) {
                atoms.unite(a.get(atA), b.get(atB), node);
                result.add(a.get(atA).isFree() ? a.get(atA) : b.get(atB)); // a free one if either is
            } else {
                result.add(a.get(atA).extent() == 1 ? b.get(atB) : a.get(atA));
            }
        }
        return result;
    }
}
