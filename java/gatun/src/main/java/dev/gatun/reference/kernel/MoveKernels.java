package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.Concat;
import dev.gatun.op.Pad;
import dev.gatun.op.Slice;
import dev.gatun.op.Transpose;
import java.util.List;

/** Elements in other places. */
final class MoveKernels {
    private MoveKernels() {}

    static Kernel transpose(Transpose op, Tensor x, Tensor y) {
        long[] strides = x.shape().rowMajorStrides();
        return () -> {
            for (long i = 0; i < y.elements(); i++) {
                long rest = i;
                long from = 0;
                for (int d = y.shape().rank() - 1; d >= 0; d--) {
                    from += rest % y.extent(d) * strides[op.permutation().get(d)];
                    rest /= y.extent(d);
                }
                y.copyElement(i, x, from);
            }
        };
    }

    static Kernel slice(Slice op, Tensor x, Tensor y) {
        return () -> copy(x, op.start(), y, 0, op.length(), op.axis());
    }

    static Kernel concat(Concat op, List<Tensor> in, Tensor y) {
        return () -> {
            long at = 0;
            for (Tensor x : in) {
                copy(x, 0, y, at, x.extent(op.axis()), op.axis());
                at += x.extent(op.axis());
            }
        };
    }

    static Kernel pad(Pad op, Tensor x, Tensor y) {
        return () -> {
            for (long i = 0; i < y.elements(); i++) {
                y.set(i, 0);
            }
            copy(x, 0, y, op.before(), x.extent(op.axis()), op.axis());
        };
    }

    private static void copy(Tensor x, long from, Tensor y, long to, long length, int axis) {
        Lines source = Lines.of(x.shape(), axis);
        Lines target = Lines.of(y.shape(), axis);
        for (long line = 0; line < source.count(); line++) {
            for (long i = 0; i < length; i++) {
                y.copyElement(target.at(line, to + i), x, source.at(line, from + i));
            }
        }
    }
}
