package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.Binary;
import dev.gatun.op.Broadcast;
import dev.gatun.op.Concat;
import dev.gatun.op.Gather;
import dev.gatun.op.Op;
import dev.gatun.op.Pad;
import dev.gatun.op.Reshape;
import dev.gatun.op.Slice;
import dev.gatun.op.Softmax;
import dev.gatun.op.Transpose;
import dev.gatun.op.Where;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.SoftmaxKind;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Movements, choices and probabilities by the field's names, to make layers of. Axes count from 0, negative ones from
 * the last; each function adds operations to a graph, called by a name for people.
 */
public final class TensorFunctions {
    private TensorFunctions() {}

    /** The same elements under another shape. */
    public static Value reshape(GraphBuilder graph, String name, Value x, long... extents) {
        return graph.apply(name, new Reshape(Shape.of(extents)), x);
    }

    /** The dimensions in another order. */
    public static Value permute(GraphBuilder graph, String name, Value x, Integer... permutation) {
        return graph.apply(name,
                new Transpose(Arrays.stream(permutation).map(from -> axis(name, x, from)).toList()), x);
    }

    /** Two dimensions change places. */
    public static Value transpose(GraphBuilder graph, String name, Value x, int a, int b) {
        return graph.apply(name, Transpose.swap(x.type().shape().rank(), axis(name, x, a), axis(name, x, b)), x);
    }

    /** Some neighbours along a dimension. */
    public static Value slice(GraphBuilder graph, String name, Value x, int axis, long start, long length) {
        return graph.apply(name, new Slice(axis(name, x, axis), start, length), x);
    }

    /** Equal parts along a dimension. */
    public static List<Value> split(GraphBuilder graph, String name, Value x, int axis, int parts) {
        long extent = x.type().shape().extent(axis(name, x, axis));
        if (parts < 1 || extent % parts != 0) {
            throw new IllegalArgumentException(name + ": " + extent + " along axis " + axis + " of "
                    + x.type().shape() + " do not split into " + parts + " equal parts");
        }
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            values.add(slice(graph, name + "." + i, x, axis, i * (extent / parts), extent / parts));
        }
        return values;
    }

    /** Tensors one after another along a dimension. */
    public static Value concat(GraphBuilder graph, String name, int axis, Value... parts) {
        return graph.apply(name, new Concat(axis(name, parts[0], axis)), parts);
    }

    /** Tensors of one shape one after another along a new dimension. */
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

    /** Zeros before and after along a dimension. */
    public static Value pad(GraphBuilder graph, String name, Value x, int axis, long before, long after) {
        return graph.apply(name, new Pad(axis(name, x, axis), before, after), x);
    }

    /** Rows of a table, by i32 indices. */
    public static Value gather(GraphBuilder graph, String name, Value x, int axis, Value indices) {
        return graph.apply(name, Gather.along(axis(name, x, axis)), x, indices);
    }

    /** {@code a} where the condition is not 0, {@code b} elsewhere; all three broadcast. */
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

    /** Probabilities from scores along a dimension. */
    public static Value softmax(GraphBuilder graph, String name, Value x, int axis) {
        return graph.apply(name, new Softmax(axis(name, x, axis), SoftmaxKind.SOFTMAX), x);
    }

    /** The logarithms of probabilities from scores along a dimension. */
    public static Value logSoftmax(GraphBuilder graph, String name, Value x, int axis) {
        return graph.apply(name, new Softmax(axis(name, x, axis), SoftmaxKind.LOG_SOFTMAX), x);
    }

    /** The first half along a dimension times the sigmoid of the second (Dauphin et al., 2017). */
    public static Value glu(GraphBuilder graph, String name, Value x, int axis) {
        List<Value> halves = split(graph, name + ".half", x, axis, 2);
        return Functions.multiply(graph, name, halves.get(0),
                Functions.sigmoid(graph, name + ".gate", halves.get(1)));
    }

    /** An axis counted from 0. */
    private static int axis(String name, Value x, int axis) {
        int rank = x.type().shape().rank();
        int counted = axis < 0 ? axis + rank : axis;
        if (counted < 0 || counted >= rank) {
            throw new IllegalArgumentException(name + ": axis " + axis + " of a tensor " + x.type().shape());
        }
        return counted;
    }
}
