package dev.gatun.compress.prune;

import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.GroupNormalization;
import dev.gatun.op.MatMul;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Which channels go together in layers with weights, normalisations, attention and pooling. */
final class LayerRules {
    private final ChannelTracer tracer;
    private final Atoms atoms;
    private final Map<Node, Axis> groups = new HashMap<>();

    LayerRules(ChannelTracer tracer, Atoms atoms) {
        this.tracer = tracer;
        this.atoms = atoms;
    }

    private void role(Node node, int input, int axis, Role role) {
        Value value = node.inputs().get(input);
        if (value.variable() != null) {
            tracer.role(value, axis, role);
        }
    }

    List<Axis> linear(Node node, List<List<Axis>> in) {
        List<Axis> x = in.get(0);
        List<Axis> weight = in.get(1);
        for (int i = 1; i < x.size(); i++) {
            meet(x.get(i), weight.get(i), node);
            role(node, 1, i, Role.INPUT);
        }
        role(node, 1, 0, Role.OUTPUT);
        bias(node, in, weight.get(0));
        return List.of(x.get(0), weight.get(0));
    }

    private void bias(Node node, List<List<Axis>> in, Axis outputs) {
        if (in.size() == 3) {
            atoms.unite(outputs, in.get(2).getFirst(), node.name());
        }
    }

    /** The weights that read the model's input have to read all of it. */
    private void meet(Axis x, Axis weight, Node node) {
        if (x.isFree()) {
            atoms.fix(weight, node.name() + " reads something there that is never pruned");
        } else {
            atoms.unite(x, weight, node.name());
        }
    }

    List<Axis> convolution(Node node, Convolution op, List<List<Axis>> in) {
        List<Axis> x = in.get(0);
        List<Axis> weight = in.get(1);
        role(node, 1, 0, Role.OUTPUT);
        role(node, 1, 1, Role.INPUT);
        fixWindow(node, x, weight);
        grouped(node, op.groups(), x.get(1), weight.get(0), weight.get(1));
        bias(node, in, weight.get(0));
        return images(node, x.get(0), weight.get(0));
    }

    private void fixWindow(Node node, List<Axis> x, List<Axis> weight) {
        for (int i = 2; i < weight.size(); i++) {
            atoms.fix(weight.get(i), "they are the window of " + node.name());
            atoms.fix(x.get(i), node.name() + " slides over them");
        }
    }

    private static List<Axis> images(Node node, Axis batch, Axis channels) {
        List<Axis> result = new ArrayList<>(ChannelTracer.free(node.output()));
        result.set(0, batch);
        result.set(1, channels);
        return result;
    }

    /**
     * The two sides of a convolution and the dimension of its weight that lies within a group. A whole group is a
     * channel where groups are many and small, as in a depthwise convolution; otherwise the same channel of every
     * group.
     */
    private void grouped(Node node, long count, Axis wide, Axis other, Axis within) {
        if (count == 1) {
            meet(wide, within, node);
            return;
        }
        if (wide.isFree()) {
            atoms.fix(other, node.name() + " has groups of channels that are never pruned");
            atoms.fix(within, node.name() + " has groups of channels that are never pruned");
            return;
        }
        long channels = wide.extent() / count;
        long others = other.extent() / count;
        boolean whole = count >= Math.min(channels, others);
        for (int i = 0; i < wide.extent(); i++) {
            if (whole) {
                atoms.unite(wide.atom((int) (i / channels * channels)), wide.atom(i));
            } else {
                atoms.unite(within.atom((int) (i % channels)), wide.atom(i));
            }
        }
        for (int i = 0; i < other.extent(); i++) {
            atoms.unite(whole ? wide.atom((int) (i / others * channels)) : other.atom((int) (i % others)),
                    other.atom(i));
        }
        if (whole) {
            atoms.fix(within, node.name() + " has groups, which are pruned as a whole");
        }
    }

    List<Axis> transposed(Node node, ConvolutionBackwardData op, List<List<Axis>> in) {
        List<Axis> x = in.get(0);
        List<Axis> weight = in.get(1);
        long count = op.forward().groups();
        role(node, 1, 0, Role.INPUT);
        role(node, 1, 1, Role.OUTPUT);
        fixWindow(node, x, weight);
        meet(x.get(1), weight.get(0), node);
        Axis outputs = count == 1 ? weight.get(1) : atoms.axis(op.source().extent(1));
        if (count > 1) {
            grouped(node, count, outputs, weight.get(0), weight.get(1));
        }
        return images(node, x.get(0), outputs);
    }

    /** A normalisation of each channel by itself. */
    List<Axis> perChannel(Node node, List<List<Axis>> in) {
        scale(node, in, in.getFirst().subList(1, 2));
        for (int i = 3; i < Math.min(5, in.size()); i++) {
            atoms.unite(in.getFirst().get(1), in.get(i).getFirst(), node.name());
            role(node, i, 0, Role.STATISTIC);
        }
        return in.getFirst();
    }

    private void scale(Node node, List<List<Axis>> in, List<Axis> features) {
        for (int i = 1; i < Math.min(3, in.size()); i++) {
            tracer.unite(node.name(), features, in.get(i));
            for (int axis = 0; axis < features.size(); axis++) {
                role(node, i, axis, i == 1 ? Role.SCALE : Role.SHIFT);
            }
        }
    }

    List<Axis> trailing(Node node, int count, List<List<Axis>> in) {
        List<Axis> x = in.getFirst();
        scale(node, in, x.subList(x.size() - count, x.size()));
        return x;
    }

    /** As the groups of a convolution: all of one, or the same channel of each. */
    List<Axis> groups(Node node, GroupNormalization op, List<List<Axis>> in) {
        Axis channels = in.getFirst().get(1);
        scale(node, in, in.getFirst().subList(1, 2));
        groups.put(node, Axis.free(op.groups()));
        if (!channels.isFree()) {
            long each = channels.extent() / op.groups();
            boolean whole = op.groups() > 1 && op.groups() >= each;
            int[] first = new int[Math.toIntExact(op.groups())];
            for (int i = 0; i < channels.extent(); i++) {
                first[(int) (i / each)] = channels.atom((int) (i / each * each));
                atoms.unite(channels.atom((int) (whole ? i / each * each : i % each)), channels.atom(i));
            }
            if (whole) {
                groups.put(node, Axis.of(first));
            }
        }
        return in.getFirst();
    }

    /** The groups of a normalisation that has been seen. */
    Axis groupsOf(Node node) {
        return Objects.requireNonNull(groups.get(node));
    }

    List<Axis> matMul(String node, MatMul op, List<Axis> a, List<Axis> b, Shape shape) {
        int batch = shape.rank() - 2;
        List<Axis> result = new ArrayList<>(tracer.broadcast(node, MatMul.batch(shape),
                a.subList(0, a.size() - 2), b.subList(0, b.size() - 2)));
        boolean plainA = op.a() == MatMul.Given.PLAIN;
        boolean plainB = op.b() == MatMul.Given.PLAIN;
        atoms.unite(a.get(a.size() - (plainA ? 1 : 2)), b.get(b.size() - (plainB ? 2 : 1)), node);
        result.add(batch, a.get(a.size() - (plainA ? 2 : 1)));
        result.add(b.get(b.size() - (plainB ? 1 : 2)));
        return result;
    }

    /** A hidden unit is a row of each gate, and a column of what reads the hidden state. */
    List<Axis> recurrent(Node node, List<List<Axis>> in) {
        meet(in.get(0).get(2), in.get(1).get(1), node);
        Axis units = in.get(2).get(1);
        List<Axis> gates = List.of(in.get(1).get(0), in.get(2).get(0), in.get(3).get(0), in.get(4).get(0));
        for (Axis gate : gates) {
            for (int i = 0; i < gate.extent() && !gate.isFree(); i++) {
                if (units.isFree()) {
                    atoms.fix(gate, node.name() + " has one hidden unit");
                } else {
                    atoms.unite(units.atom((int) (i % units.extent())), gate.atom(i));
                }
            }
        }
        role(node, 1, 0, Role.OUTPUT);
        role(node, 1, 1, Role.INPUT);
        role(node, 2, 0, Role.OUTPUT);
        role(node, 2, 1, Role.INPUT);
        in.subList(5, in.size()).forEach(state -> atoms.unite(units, state.get(1), node.name()));
        return List.of(in.getFirst().get(0), in.getFirst().get(1), units);
    }

    List<Axis> attention(String node, List<List<Axis>> in) {
        List<Axis> query = in.get(0);
        List<Axis> key = in.get(1);
        List<Axis> value = in.get(2);
        int last = query.size() - 1;
        tracer.unite(node, query.subList(0, last - 1), key.subList(0, last - 1));
        tracer.unite(node, query.subList(0, last - 1), value.subList(0, last - 1));
        atoms.unite(query.get(last), key.get(last), node);
        atoms.unite(key.get(last - 1), value.get(last - 1), node);
        in.subList(3, in.size()).forEach(mask -> mask.forEach(axis ->
                atoms.fix(axis, "they are the mask of " + node)));
        List<Axis> result = new ArrayList<>(query);
        result.set(last, value.get(last));
        return result;
    }

    List<Axis> pool(Node node, List<Axis> x) {
        x.subList(2, x.size()).forEach(axis -> atoms.fix(axis, node.name() + " slides over them"));
        return images(node, x.get(0), x.get(1));
    }
}
