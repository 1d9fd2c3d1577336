package dev.gatun.reference;

import dev.gatun.backend.Kernel;
import dev.gatun.op.Add;
import org.jspecify.annotations.Nullable;

/** Addition and ReLU. */
final class ElementwiseKernels {
    private ElementwiseKernels() {}

    static Kernel add(Add op, Tensor a, Tensor b, Tensor y) {
        return () -> {
            for (long i = 0; i < y.elements(); i++) {
                y.set(i, Activations.apply(op.activation(), a.get(i) + b.get(i)));
            }
        };
    }

    static Kernel relu(Tensor x, Tensor y) {
        return () -> {
            for (long i = 0; i < y.elements(); i++) {
                y.set(i, Activations.relu(x.get(i)));
            }
        };
    }

    static Kernel reluBackward(Tensor y, Tensor diffY, @Nullable Tensor second, Tensor diffX) {
        return () -> {
            for (long i = 0; i < y.elements(); i++) {
                double diff = diffY.get(i) + (second == null ? 0 : second.get(i));
                diffX.set(i, y.get(i) > 0 ? diff : 0);
            }
        };
    }
}
