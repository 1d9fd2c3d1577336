package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.Affine;
import dev.gatun.op.function.ScalarFunction;

/** Functions of one variable and their gradients, by the formulas that the functions state. */
final class ElementwiseKernels {
    private ElementwiseKernels() {}

    static Kernel unary(ScalarFunction function, Tensor x, Tensor y) {
        return () -> {
            for (long i = 0; i < y.elements(); i++) {
                y.set(i, function.value(x.get(i)));
            }
        };
    }

    static Kernel unaryBackward(ScalarFunction function, Tensor known, Tensor diffY, Tensor diffX) {
        return () -> {
            for (long i = 0; i < diffX.elements(); i++) {
                double slope = function.slope(known.get(i));
                // where it is flat, not even an infinite gradient passes
                diffX.set(i, slope == 0 ? 0 : diffY.get(i) * slope);
            }
        };
    }

    static Kernel affine(Affine op, Tensor x, Tensor y) {
        return () -> {
            for (long i = 0; i < y.elements(); i++) {
                y.set(i, op.scale() * x.get(i) + op.shift());
            }
        };
    }

    static Kernel cast(Tensor x, Tensor y) {
        return () -> {
            for (long i = 0; i < y.elements(); i++) {
                y.set(i, x.get(i));
            }
        };
    }

    static Kernel fill(double value, Tensor y) {
        return () -> {
            for (long i = 0; i < y.elements(); i++) {
                y.set(i, value);
            }
        };
    }
}
