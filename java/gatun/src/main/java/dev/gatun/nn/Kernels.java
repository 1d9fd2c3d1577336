package dev.gatun.nn;

import dev.gatun.graph.Value;
import dev.gatun.op.Convolution;
import dev.gatun.shape.Shape;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

/** What convolutions and transposed ones check and say alike. */
final class Kernels {
    private Kernels() {}

    static void check(String what, long channels, List<Long> kernel, Convolution op) {
        if (channels < 1 || channels % op.groups() != 0) {
            throw new IllegalArgumentException(what + ": " + channels + " output channels do not split into "
                    + op.groups() + " groups");
        }
        if (kernel.size() != op.axes().size() || kernel.stream().anyMatch(extent -> extent < 1)) {
            throw new IllegalArgumentException(what + ": a kernel of " + op.axes().size()
                    + " extents, each at least 1, wanted, got " + kernel);
        }
    }

    /** One extent for each axis. */
    static List<Long> extents(int axes, long... given) {
        return given.length == 1 ? Collections.nCopies(axes, given[0]) : LongStream.of(given).boxed().toList();
    }

    /** The input channels, which the groups divide. */
    static long channels(String name, Value input, Convolution op) {
        Shape shape = input.type().shape();
        if (shape.rank() != op.axes().size() + 2) {
            throw new IllegalArgumentException(name + ": a convolution of " + op.axes().size()
                    + " spatial axes takes tensors of " + (op.axes().size() + 2) + " dimensions, got " + shape);
        }
        if (shape.extent(1) % op.groups() != 0) {
            throw new IllegalArgumentException(name + ": " + shape.extent(1) + " channels do not split into "
                    + op.groups() + " groups");
        }
        return shape.extent(1);
    }

    /** {@code (outputs, inputs, kernel...)}, or {@code (N, C, spatial...)}. */
    static Shape weight(long outputs, long inputs, List<Long> spatial) {
        return Shape.of(LongStream.concat(LongStream.of(outputs, inputs),
                spatial.stream().mapToLong(Long::longValue)).toArray());
    }
}
