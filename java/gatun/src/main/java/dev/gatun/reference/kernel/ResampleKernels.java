package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.Resample;
import dev.gatun.op.function.Sampling;
import java.util.Arrays;

/** Resizing and padding along a dimension, and the gradient. */
final class ResampleKernels {
    private ResampleKernels() {}

    static Kernel forward(Resample op, Tensor x, Tensor y) {
        Lines from = Lines.of(x.shape(), op.axis());
        Lines to = Lines.of(y.shape(), op.axis());
        return () -> {
            for (long line = 0; line < to.count(); line++) {
                for (long i = 0; i < to.extent(); i++) {
                    Sampling.Tap tap = op.sampling().tap(i, from.extent());
                    double first = x.get(from.at(line, tap.first()));
                    y.set(to.at(line, i), tap.weight() == 0 ? first
                            : (1 - tap.weight()) * first + tap.weight() * x.get(from.at(line, tap.second())));
                }
            }
        };
    }

    static Kernel backward(Resample op, Tensor diff, Tensor y) {
        Lines from = Lines.of(y.shape(), op.axis());
        Lines to = Lines.of(diff.shape(), op.axis());
        double[] sums = new double[Math.toIntExact(y.elements())];
        return () -> {
            Arrays.fill(sums, 0);
            for (long line = 0; line < to.count(); line++) {
                for (long i = 0; i < to.extent(); i++) {
                    Sampling.Tap tap = op.sampling().tap(i, from.extent());
                    double part = diff.get(to.at(line, i));
                    sums[Math.toIntExact(from.at(line, tap.first()))] += (1 - tap.weight()) * part;
                    sums[Math.toIntExact(from.at(line, tap.second()))] += tap.weight() == 0 ? 0 : tap.weight() * part;
                }
            }
            for (int i = 0; i < sums.length; i++) {
                y.set(i, sums[i]);
            }
        };
    }
}
