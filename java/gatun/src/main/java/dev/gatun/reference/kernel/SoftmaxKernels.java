package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.Softmax;

/** Probabilities along a dimension, and the gradient. */
final class SoftmaxKernels {
    private SoftmaxKernels() {}

    static Kernel forward(Softmax op, Tensor x, Tensor y) {
        Lines lines = Lines.of(x.shape(), op.axis());
        return () -> {
            for (long line = 0; line < lines.count(); line++) {
                double largest = Double.NEGATIVE_INFINITY;
                for (long i = 0; i < lines.extent(); i++) {
                    largest = Math.max(largest, x.get(lines.at(line, i)));
                }
                double sum = 0;
                for (long i = 0; i < lines.extent(); i++) {
                    sum += Math.exp(x.get(lines.at(line, i)) - largest);
                }
                for (long i = 0; i < lines.extent(); i++) {
                    double score = x.get(lines.at(line, i)) - largest;
                    y.set(lines.at(line, i), switch (op.kind()) {
                        case SOFTMAX -> Math.exp(score) / sum;
                        case LOG_SOFTMAX -> score - Math.log(sum);
                    });
                }
            }
        };
    }

    static Kernel backward(Softmax op, Tensor y, Tensor diffY, Tensor diffX) {
        Lines lines = Lines.of(y.shape(), op.axis());
        return () -> {
            for (long line = 0; line < lines.count(); line++) {
                double sum = 0;
                for (long i = 0; i < lines.extent(); i++) {
                    long at = lines.at(line, i);
                    sum += switch (op.kind()) {
                        case SOFTMAX -> y.get(at) * diffY.get(at);
                        case LOG_SOFTMAX -> diffY.get(at);
                    };
                }
                for (long i = 0; i < lines.extent(); i++) {
                    long at = lines.at(line, i);
                    diffX.set(at, switch (op.kind()) {
                        case SOFTMAX -> y.get(at) * (diffY.get(at) - sum);
                        case LOG_SOFTMAX -> diffY.get(at) - Math.exp(y.get(at)) * sum;
                    });
                }
            }
        };
    }
}
