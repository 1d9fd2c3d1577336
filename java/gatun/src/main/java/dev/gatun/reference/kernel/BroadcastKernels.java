package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.Binary;
import dev.gatun.shape.Shape;

/** Functions of two variables, and repetition; extents of 1 repeat. */
final class BroadcastKernels {
    private BroadcastKernels() {}

    static Kernel binary(Binary op, Tensor a, Tensor b, Tensor y) {
        Repeated left = new Repeated(a.shape(), y.shape());
        Repeated right = new Repeated(b.shape(), y.shape());
        return () -> {
            for (long i = 0; i < y.elements(); i++) {
                y.set(i, op.function().value(a.get(left.at(i)), b.get(right.at(i))));
            }
        };
    }

    static Kernel repeat(Tensor x, Tensor y) {
        Repeated source = new Repeated(x.shape(), y.shape());
        return () -> {
            for (long i = 0; i < y.elements(); i++) {
                y.set(i, x.get(source.at(i)));
            }
        };
    }

    /** Where a tensor that is repeated into a larger shape has the elements of that shape. */
    record Repeated(Shape small, Shape large) {
        /** The row-major position in the small tensor of a row-major position in the large one. */
        long at(long position) {
            long rest = position;
            long at = 0;
            long stride = 1;
            for (int i = 1; i <= large.rank(); i++) {
                long index = rest % large.extent(-i);
                rest /= large.extent(-i);
                if (i <= small.rank()) {
                    at += small.extent(-i) == 1 ? 0 : index * stride;
                    stride *= small.extent(-i);
                }
            }
            return at;
        }
    }
}
