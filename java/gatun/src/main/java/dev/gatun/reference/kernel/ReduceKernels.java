package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.Reduce;
import java.util.Arrays;

/** Sums, means and largest elements along dimensions. */
final class ReduceKernels {
    private ReduceKernels() {}

    static Kernel of(Reduce op, Tensor x, Tensor y) {
        BroadcastKernels.Repeated target = new BroadcastKernels.Repeated(op.keptShape(x.shape()), x.shape());
        double[] results = new double[Math.toIntExact(y.elements())];
        double count = op.count(x.shape());
        return () -> {
            Arrays.fill(results, switch (op.reduction()) {
                case SUM, MEAN -> 0;
                case MAX -> Double.NEGATIVE_INFINITY;
            });
            for (long i = 0; i < x.elements(); i++) {
                int at = Math.toIntExact(target.at(i));
                results[at] = switch (op.reduction()) {
                    case SUM, MEAN -> results[at] + x.get(i);
                    case MAX -> Math.max(results[at], x.get(i));
                };
            }
            for (int i = 0; i < results.length; i++) {
                y.set(i, switch (op.reduction()) {
                    case SUM, MAX -> results[i];
                    case MEAN -> results[i] / count;
                });
            }
        };
    }
}
