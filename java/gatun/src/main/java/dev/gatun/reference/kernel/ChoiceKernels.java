package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.Gather;
import java.util.Arrays;

/** Elements chosen by indices and conditions. */
final class ChoiceKernels {
    private ChoiceKernels() {}

    static Kernel gather(Gather op, Tensor x, Tensor indices, Tensor y) {
        Lines rows = Lines.of(x.shape(), op.axis());
        return () -> {
            check(indices, rows.extent());
            for (long i = 0; i < y.elements(); i++) {
                long index = indices.getLong(i / rows.inner() % indices.elements());
                long outer = i / rows.inner() / indices.elements();
                y.set(i, x.get((outer * rows.extent() + index) * rows.inner() + i % rows.inner()));
            }
        };
    }

    static Kernel scatterAdd(Gather op, Tensor diff, Tensor indices, Tensor y) {
        Lines rows = Lines.of(y.shape(), op.axis());
        double[] sums = new double[Math.toIntExact(y.elements())];
        return () -> {
            check(indices, rows.extent());
            Arrays.fill(sums, 0);
            for (long i = 0; i < diff.elements(); i++) {
                long index = indices.getLong(i / rows.inner() % indices.elements());
                long outer = i / rows.inner() / indices.elements();
                if (index != op.padding()) {
                    sums[Math.toIntExact((outer * rows.extent() + index) * rows.inner() + i % rows.inner())] +=
                            diff.get(i);
                }
            }
            for (int i = 0; i < sums.length; i++) {
                y.set(i, sums[i]);
            }
        };
    }

    private static void check(Tensor indices, long rows) {
        for (long i = 0; i < indices.elements(); i++) {
            if (indices.getLong(i) < 0 || indices.getLong(i) >= rows) {
                throw new IllegalArgumentException("gather or scatter_add: index " + indices.getLong(i)
                        + " at place " + i + " lies outside 0 .. " + (rows - 1));
            }
        }
    }

    static Kernel where(Tensor condition, Tensor a, Tensor b, Tensor y) {
        return () -> {
            for (long i = 0; i < y.elements(); i++) {
                y.set(i, condition.get(i) == 0 ? b.get(i) : a.get(i));
            }
        };
    }
}
