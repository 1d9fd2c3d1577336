package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import org.jspecify.annotations.Nullable;

/** The fully connected layer and its gradients; trailing extents are features in row-major order. */
final class LinearKernels {
    private LinearKernels() {}

    static Kernel forward(Tensor x, Tensor weight, @Nullable Tensor bias, Tensor y) {
        long outputs = y.extent(1);
        long features = outputs == 0 ? 0 : weight.elements() / outputs;
        return () -> {
            for (long n = 0; n < y.extent(0); n++) {
                for (long o = 0; o < outputs; o++) {
                    double sum = bias == null ? 0 : bias.get(o);
                    for (long f = 0; f < features; f++) {
                        sum += x.get(n * features + f) * weight.get(o * features + f);
                    }
                    y.set(n * outputs + o, sum);
                }
            }
        };
    }

    static Kernel backwardData(Tensor diffY, Tensor weight, Tensor diffX) {
        long outputs = diffY.extent(1);
        long features = outputs == 0 ? 0 : weight.elements() / outputs;
        return () -> {
            for (long n = 0; n < diffY.extent(0); n++) {
                for (long f = 0; f < features; f++) {
                    double sum = 0;
                    for (long o = 0; o < outputs; o++) {
                        sum += diffY.get(n * outputs + o) * weight.get(o * features + f);
                    }
                    diffX.set(n * features + f, sum);
                }
            }
        };
    }

    static Kernel backwardWeights(Tensor x, Tensor diffY, Tensor diffWeight, @Nullable Tensor diffBias) {
        long rows = diffY.extent(0);
        long outputs = diffY.extent(1);
        long features = outputs == 0 ? 0 : diffWeight.elements() / outputs;
        return () -> {
            for (long o = 0; o < outputs; o++) {
                for (long f = 0; f < features; f++) {
                    double sum = 0;
                    for (long n = 0; n < rows; n++) {
                        sum += diffY.get(n * outputs + o) * x.get(n * features + f);
                    }
                    diffWeight.set(o * features + f, sum);
                }
                if (diffBias != null) {
                    double sum = 0;
                    for (long n = 0; n < rows; n++) {
                        sum += diffY.get(n * outputs + o);
                    }
                    diffBias.set(o, sum);
                }
            }
        };
    }
}
