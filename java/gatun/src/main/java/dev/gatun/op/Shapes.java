package dev.gatun.op;

import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/** Checks that shape inference shares, all with the same one-line messages. */
final class Shapes {
    private Shapes() {}

    static void arity(Op op, List<TensorType> inputs, int least, int most) {
        if (inputs.size() < least || inputs.size() > most) {
            throw new IllegalArgumentException(op.name() + " takes "
                    + (least == most ? "" + least : least + " to " + most)
                    + " inputs, got " + inputs.size());
        }
    }

    static Shape rank(Op op, String what, TensorType type, int rank) {
        if (type.shape().rank() != rank) {
            throw new IllegalArgumentException(
                    op.name() + ": " + what + " must have " + rank + " dimensions, got " + type);
        }
        return type.shape();
    }

    static void axis(Op op, int axis, Shape shape) {
        if (axis >= shape.rank()) {
            throw new IllegalArgumentException(op.name() + ": axis " + axis + " of a tensor " + shape);
        }
    }

    static void indices(Op op, TensorType type) {
        if (type.dtype() != DType.I32) {
            throw new IllegalArgumentException(op.name() + ": indices must be i32, got " + type);
        }
    }

    static void same(Op op, String what, TensorType type, TensorType expected) {
        if (!type.equals(expected)) {
            throw new IllegalArgumentException(op.name() + ": " + what + " must be " + expected + ", got " + type);
        }
    }

    static void floating(Op op, List<TensorType> inputs) {
        DType dtype = inputs.getFirst().dtype();
        if (!dtype.isFloating()) {
            throw new IllegalArgumentException(op.name() + ": floating-point input wanted, got " + inputs.getFirst());
        }
    }

    static void sameDtype(Op op, List<TensorType> inputs) {
        for (TensorType input : inputs) {
            if (input.dtype() != inputs.getFirst().dtype()) {
                throw new IllegalArgumentException(op.name() + ": inputs of one type wanted, got " + inputs);
            }
        }
    }

    /**
     * The shape that two shapes have in common once extents of 1 are repeated and missing leading dimensions are added,
     * as NumPy does.
     */
    static Shape broadcast(Op op, Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        long[] extents = new long[rank];
        for (int i = 1; i <= rank; i++) {
            long left = i <= a.rank() ? a.extent(-i) : 1;
            long right = i <= b.rank() ? b.extent(-i) : 1;
            if (left != right && left != 1 && right != 1) {
                throw new IllegalArgumentException(op.name() + ": shapes " + a + " and " + b
                        + " do not broadcast: counted"
                        + " from the last, extents must be equal or 1");
            }
            extents[rank - i] = left == 1 ? right : left;
        }
        return Shape.of(extents);
    }
}
