package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.ArgMax;
import dev.gatun.op.Binary;
import dev.gatun.op.Broadcast;
import dev.gatun.op.Concat;
import dev.gatun.op.Gather;
import dev.gatun.op.Op;
import dev.gatun.op.Pad;
import dev.gatun.op.Resample;
import dev.gatun.op.Reshape;
import dev.gatun.op.Slice;
import dev.gatun.op.Softmax;
import dev.gatun.op.Transpose;
import dev.gatun.op.Where;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.Sampling;
import dev.gatun.op.function.SoftmaxKind;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Movements, selections and probabilities by their usual names, for layers. Axes count from 0, negative ones from the
 * last; each method adds operations to a graph under a name.
 */
public final class TensorFunctions {
    private TensorFunctions() {}

    /** Returns the same elements in row-major order under another shape. */
    public static Value reshape(GraphBuilder graph, String name, Value x, long... extents) {
        return graph.apply(name, new Reshape(Shape.of(extents)), x);
    }

    /** Returns a tensor with permuted dimensions. */
    public static Value permute(GraphBuilder graph, String name, Value x, Integer... permutation) {
        return graph.apply(name,
                new Transpose(Arrays.stream(permutation).map(from -> axis(name, x, from)).toList()), x);
    }

    /** Returns a tensor with two dimensions exchanged. */
    public static Value transpose(GraphBuilder graph, String name, Value x, int a, int b) {
        return graph.apply(name, Transpose.swap(x.type().shape().rank(), axis(name, x, a), axis(name, x, b)), x);
    }

    /** Returns consecutive elements along a dimension. */
    public static Value slice(GraphBuilder graph, String name, Value x, int axis, long start, long length) {
        return graph.apply(name, new Slice(axis(name, x, axis), start, length), x);
    }

    /** Splits a tensor into equal parts along a dimension. */
    public static List<Value> split(GraphBuilder graph, String name, Value x, int axis, int parts) {
        long part = part(name, x, axis, parts);
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            values.add(slice(graph, name + "." + i, x, axis, i * part, part));
        }
        return values;
    }

    /** The extent of each of some equal parts along a dimension. */
    static long part(String name, Value x, int axis, long parts) {
        long extent = x.type().shape().extent(axis(name, x, axis));
        if (parts < 1 || extent % parts != 0) {
            throw new IllegalArgumentException(name + ": " + extent + " along axis " + axis + " of "
                    + x.type().shape() + " do not split into " + parts + " equal parts");
        }
        return extent / parts;
    }

    /** Splits a tensor along a dimension into parts of given lengths, whose sum is the extent. */
    public static List<Value> split(GraphBuilder graph, String name, Value x, int axis, List<Long> lengths) {
        long extent = x.type().shape().extent(axis(name, x, axis));
        if (lengths.stream().anyMatch(length -> length < 1)
                || lengths.stream().mapToLong(Long::longValue).reduce(0, TensorFunctions::sum) != extent) {
            throw new IllegalArgumentException(name + ": parts of " + lengths + " do not fill the " + extent
                    + " along axis " + axis + " of " + x.type().shape());
        }
        List<Value> values = new ArrayList<>();
        long start = 0;
        for (long length : lengths) {
            values.add(slice(graph, name + "." + values.size(), x, axis, start, length));
            start += length;
        }
        return values;
    }

    /** More than there can be, where the sum is. */
    private static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    /** Rotates the elements along a dimension; elements shifted beyond the end reappear at the beginning. */
    public static Value roll(GraphBuilder graph, String name, Value x, int axis, long shift) {
        long extent = x.type().shape().extent(axis(name, x, axis));
        long end = extent == 0 ? 0 : Math.floorMod(shift, extent);
        if (end == 0) {
            return x;
        }
        return concat(graph, name, axis, slice(graph, name + ".end", x, axis, extent - end, end),
                slice(graph, name + ".beginning", x, axis, 0, extent - end));
    }

    /** Concatenates tensors along a dimension. */
    public static Value concat(GraphBuilder graph, String name, int axis, Value... parts) {
        return graph.apply(name, new Concat(axis(name, parts[0], axis)), parts);
    }

    /** Stacks tensors of one shape along a new dimension. */
    public static Value stack(GraphBuilder graph, String name, int axis, Value... parts) {
        int rank = parts[0].type().shape().rank();
        int at = axis < 0 ? axis + rank + 1 : axis;
        if (at < 0 || at > rank) {
            throw new IllegalArgumentException(name + ": axis " + axis + " of a stack of " + parts[0].type().shape());
        }
        Value[] widened = new Value[parts.length];
        for (int i = 0; i < parts.length; i++) {
            List<Long> extents = new ArrayList<>();
            Arrays.stream(parts[i].type().shape().extents()).forEach(extents::add);
            extents.add(Math.min(at, extents.size()), 1L);
            widened[i] = reshape(graph, name + "." + i, parts[i],
                    extents.stream().mapToLong(Long::longValue).toArray());
        }
        return concat(graph, name, at, widened);
    }

    /** Pads a dimension with zeros. */
    public static Value pad(GraphBuilder graph, String name, Value x, int axis, long before, long after) {
        return graph.apply(name, new Pad(axis(name, x, axis), before, after), x);
    }

    /** Pads a dimension by reflection, without repeating the border elements. */
    public static Value reflect(GraphBuilder graph, String name, Value x, int axis, long before, long after) {
        return graph.apply(name, new Resample(axis(name, x, axis), new Sampling.Reflect(before, after)), x);
    }

    /** Pads a dimension with copies of the border elements. */
    public static Value replicate(GraphBuilder graph, String name, Value x, int axis, long before, long after) {
        return graph.apply(name, new Resample(axis(name, x, axis), new Sampling.Replicate(before, after)), x);
    }

    /** Returns the index of the largest element along a dimension, i32, and removes the dimension. */
    public static Value argMax(GraphBuilder graph, String name, Value x, int axis) {
        return graph.apply(name, new ArgMax(axis(name, x, axis)), x);
    }

    /** Returns the rows of a table at i32 indices. */
    public static Value gather(GraphBuilder graph, String name, Value x, int axis, Value indices) {
        return graph.apply(name, Gather.along(axis(name, x, axis)), x, indices);
    }

    /** Returns {@code a} where the condition is not 0, {@code b} elsewhere; all three broadcast. */
    public static Value where(GraphBuilder graph, String name, Value condition, Value a, Value b) {
        Op sum = new Binary(BinaryFunction.ADD);
        Shape shape = sum.infer(List.of(sum.infer(List.of(condition.type(), a.type())).getFirst(), b.type()))
                .getFirst().shape();
        return graph.apply(name, new Where(), repeated(graph, name + ".condition", condition, shape),
                repeated(graph, name + ".a", a, shape), repeated(graph, name + ".b", b, shape));
    }

    private static Value repeated(GraphBuilder graph, String name, Value value, Shape shape) {
        return value.type().shape().equals(shape) ? value : graph.apply(name, new Broadcast(shape), value);
    }

    /** Returns the softmax of scores along a dimension. */
    public static Value softmax(GraphBuilder graph, String name, Value x, int axis) {
        return graph.apply(name, new Softmax(axis(name, x, axis), SoftmaxKind.SOFTMAX), x);
    }

    /** Returns the logarithm of the softmax of scores along a dimension. */
    public static Value logSoftmax(GraphBuilder graph, String name, Value x, int axis) {
        return graph.apply(name, new Softmax(axis(name, x, axis), SoftmaxKind.LOG_SOFTMAX), x);
    }

    /**
     * Returns the gated linear unit: the first half along a dimension times the sigmoid of the second (Dauphin et al.,
     * 2017).
     */
    public static Value glu(GraphBuilder graph, String name, Value x, int axis) {
        List<Value> halves = split(graph, name + ".half", x, axis, 2);
        return Functions.multiply(graph, name, halves.get(0),
                Functions.sigmoid(graph, name + ".gate", halves.get(1)));
    }

    /**
     * Returns the cosine similarity of vectors along a dimension, which it removes: {@code a b / (|a| |b|)}, where
     * norms are clamped to at least 1e-8.
     */
    public static Value cosineSimilarity(GraphBuilder graph, String name, Value a, Value b, int axis) {
        return Reductions.over(graph, name, axis)
                .sum(Functions.multiply(graph, name, unit(graph, name, a, axis), unit(graph, name, b, axis)));
    }

    private static Value unit(GraphBuilder graph, String name, Value x, int axis) {
        Formula f = new Formula(graph, name);
        Value length = f.over(axis).kept().norm(x, 2);
        return f.divide(x, f.binary(BinaryFunction.MAXIMUM, length, f.number(length, 1e-8)));
    }

    /** An axis counted from 0. */
    static int axis(String name, Value x, int axis) {
        int rank = x.type().shape().rank();
        int counted = axis < 0 ? axis + rank : axis;
        if (counted < 0 || counted >= rank) {
            throw new IllegalArgumentException(name + ": axis " + axis + " of a tensor " + x.type().shape());
        }
        return counted;
    }
}
