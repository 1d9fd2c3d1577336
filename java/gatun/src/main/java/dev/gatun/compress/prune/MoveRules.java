package dev.gatun.compress.prune;

import dev.gatun.op.Concat;
import dev.gatun.op.Gather;
import dev.gatun.op.OneHot;
import dev.gatun.op.Pad;
import dev.gatun.op.Reduce;
import dev.gatun.op.Slice;
import dev.gatun.op.function.Reduction;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where channels go in operations that move elements or reduce dimensions. */
final class MoveRules {
    private final Atoms atoms;

    MoveRules(Atoms atoms) {
        this.atoms = atoms;
    }

    private static List<Axis> with(List<Axis> axes, int index, Axis axis) {
        List<Axis> result = new ArrayList<>(axes);
        result.set(index, axis);
        return result;
    }

    List<Axis> slice(String node, Slice op, List<Axis> in) {
        Axis axis = in.get(op.axis());
        if (axis.isFree()) {
            return with(in, op.axis(), Axis.free(op.length()));
        }
        int[] part = axis.range(op.start(), op.length());
        if (part.length == 1) {
            atoms.fix(part[0], node + " takes nothing but this one");
        }
        return with(in, op.axis(), Axis.of(part));
    }

    List<Axis> concat(String node, Concat op, List<List<Axis>> in) {
        List<Axis> result = new ArrayList<>(in.getFirst());
        for (int axis = 0; axis < result.size(); axis++) {
            int at = axis;
            if (axis != op.axis()) {
                in.forEach(each -> atoms.unite(result.get(at), each.get(at), node));
                in.stream().map(each -> each.get(at)).filter(Axis::isFree).findFirst()
                        .ifPresent(free -> result.set(at, free));
            } else if (in.stream().allMatch(each -> each.get(at).isFree())) {
                result.set(axis, Axis.free(in.stream().mapToLong(each -> each.get(at).extent()).sum()));
            } else {
                result.set(axis, Axis.of(in.stream().flatMapToInt(each ->
                        Arrays.stream(channels(each.get(at), node))).toArray()));
            }
        }
        return result;
    }

    /** A part of a concatenation that is never pruned stays beside those that are. */
    private int[] channels(Axis axis, String node) {
        if (!axis.isFree()) {
            return axis.atoms();
        }
        int[] fresh = new int[Math.toIntExact(axis.extent())];
        for (int i = 0; i < fresh.length; i++) {
            fresh[i] = atoms.axis(2).atom(0);
            atoms.fix(fresh[i], node + " joins them, which are never pruned, with channels");
        }
        return fresh;
    }

    /** Zeros are channels too, which go where what is added to them goes. */
    List<Axis> pad(Pad op, List<Axis> in) {
        Axis axis = in.get(op.axis());
        if (axis.isFree()) {
            return with(in, op.axis(), Axis.free(op.before() + axis.extent() + op.after()));
        }
        Axis zeros = atoms.axis(op.before() + op.after() + 1); // one more, so that they are never a free dimension
        int before = Math.toIntExact(op.before());
        int[] all = Arrays.copyOf(zeros.atoms(), before + Math.toIntExact(axis.extent() + op.after()));
        System.arraycopy(axis.atoms(), 0, all, before, Math.toIntExact(axis.extent()));
        for (int i = 0; i < op.after(); i++) {
            all[before + Math.toIntExact(axis.extent()) + i] = zeros.atom(before + i);
        }
        return with(in, op.axis(), Axis.of(all));
    }

    /** The same dimensions, of which one must stay as it is. */
    List<Axis> fixed(List<Axis> in, int axis, Shape shape, String reason) {
        atoms.fix(in.get(axis), reason);
        return with(in, axis, Axis.free(shape.extent(axis)));
    }

    List<Axis> without(List<Axis> in, int axis, String reason) {
        atoms.fix(in.get(axis), reason);
        List<Axis> result = new ArrayList<>(in);
        result.remove(axis);
        return result;
    }

    List<Axis> gather(String node, Gather op, List<Axis> table, List<Axis> indices) {
        atoms.fix(table.get(op.axis()), node + " chooses rows by their number");
        List<Axis> result = new ArrayList<>(table.subList(0, op.axis()));
        result.addAll(indices);
        result.addAll(table.subList(op.axis() + 1, table.size()));
        return result;
    }

    /** A sum over channels has fewer terms; a mean or maximum would become another. */
    List<Axis> reduce(String node, Reduce op, List<Axis> in) {
        List<Axis> result = new ArrayList<>();
        for (int i = 0; i < in.size(); i++) {
            if (!op.axes().contains(i)) {
                result.add(in.get(i));
                continue;
            }
            if (op.reduction() != Reduction.SUM) {
                atoms.fix(in.get(i), node + " is their " + op.reduction().lowerCase());
            }
            if (op.reduced() == Reduce.Axes.KEPT) {
                result.add(Axis.free(1));
            }
        }
        return result;
    }

    List<Axis> oneHot(OneHot op, List<Axis> in) {
        List<Axis> result = new ArrayList<>(in);
        result.add(op.axis(), Axis.free(op.classes()));
        return result;
    }
}
