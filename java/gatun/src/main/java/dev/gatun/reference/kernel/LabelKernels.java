package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.ArgMax;
import dev.gatun.op.OneHot;

/** Labels as vectors, and the places of largest elements. */
final class LabelKernels {
    private LabelKernels() {}

    static Kernel oneHot(OneHot op, Tensor labels, Tensor y) {
        Lines classes = Lines.of(y.shape(), op.axis());
        return () -> {
            for (long line = 0; line < classes.count(); line++) {
                long label = labels.getLong(line);
                if (label != op.ignored() && (label < 0 || label >= op.classes())) {
                    throw new IllegalArgumentException("one_hot: label " + label + " at place " + line
                            + " lies outside 0 .. " + (op.classes() - 1));
                }
                for (long c = 0; c < op.classes(); c++) {
                    y.set(classes.at(line, c), label == c && label != op.ignored() ? 1 : 0);
                }
            }
        };
    }

    static Kernel argMax(ArgMax op, Tensor x, Tensor y) {
        Lines lines = Lines.of(x.shape(), op.axis());
        return () -> {
            for (long line = 0; line < lines.count(); line++) {
                long best = 0;
                for (long i = 1; i < lines.extent(); i++) {
                    if (wins(x.get(lines.at(line, i)), x.get(lines.at(line, best)))) {
                        best = i;
                    }
                }
                y.setLong(line, best);
            }
        };
    }

    private static boolean wins(double x, double largest) {
        return x > largest || (Double.isNaN(x) && !Double.isNaN(largest));
    }
}
