package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import java.util.List;

/** The classification loss and its gradient. */
final class SoftmaxCrossEntropyKernels {
    private SoftmaxCrossEntropyKernels() {}

    static Kernel forward(Tensor logits, Tensor labels, List<Tensor> out) {
        Tensor probabilities = out.get(1);
        long rows = logits.extent(0);
        long classes = logits.extent(1);
        return () -> {
            check(labels, rows, classes); // before anything is written
            double loss = 0;
            long correct = 0;
            for (long row = 0; row < rows; row++) {
                long first = row * classes;
                double largest = logits.get(first);
                long predicted = 0;
                boolean ordered = !Double.isNaN(largest);
                for (long c = 1; c < classes; c++) {
                    double logit = logits.get(first + c);
                    ordered &= !Double.isNaN(logit);
                    if (logit > largest) {
                        largest = logit;
                        predicted = c;
                    }
                }
                double sum = 0;
                for (long c = 0; c < classes; c++) {
                    sum += Math.exp(logits.get(first + c) - largest); // at most 1 each: nothing overflows
                }
                for (long c = 0; c < classes; c++) {
                    probabilities.set(first + c, Math.exp(logits.get(first + c) - largest) / sum);
                }
                long label = labels.getLong(row);
                loss += Math.log(sum) + largest - logits.get(first + label); // not the log of a rounded probability
                correct += ordered && predicted == label ? 1 : 0;
            }
            out.get(0).set(0, loss / rows);
            out.get(2).setLong(0, correct);
        };
    }

    private static void check(Tensor labels, long rows, long classes) {
        for (long row = 0; row < rows; row++) {
            long label = labels.getLong(row);
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException(
                        "softmax_cross_entropy: label " + label + " of row " + row + " is not in [0, " + classes + ")");
            }
        }
    }

    static Kernel backward(Tensor probabilities, Tensor labels, Tensor diffLoss, Tensor diffLogits) {
        long rows = probabilities.extent(0);
        long classes = probabilities.extent(1);
        return () -> {
            double scale = diffLoss.get(0);
            for (long row = 0; row < rows; row++) {
                for (long c = 0; c < classes; c++) {
                    double wanted = labels.getLong(row) == c ? 1 : 0;
                    diffLogits.set(row * classes + c, (probabilities.get(row * classes + c) - wanted) * scale / rows);
                }
            }
        };
    }
}
