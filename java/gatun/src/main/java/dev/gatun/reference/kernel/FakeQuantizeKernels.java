package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.FakeQuantizeBackward;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rounding to integers of few bits, and its gradient, element by element. */
final class FakeQuantizeKernels {
    private FakeQuantizeKernels() {}

    static Kernel forward(FakeQuantize op, Tensor x, Tensor scale, @Nullable Tensor zeroPoint, Tensor y) {
        return () -> {
            for (long i = 0; i < x.elements(); i++) {
                long channel = channel(op, x, i);
                double zero = zeroPoint == null ? 0 : zeroPoint.get(channel);
                double q = Math.rint(x.get(i) / scale.get(channel)) + zero;
                y.set(i, scale.get(channel) * (clamp(q, op) - zero));
            }
        };
    }

    static Kernel backward(FakeQuantizeBackward op, List<Tensor> in, List<Tensor> out) {
        FakeQuantize forward = op.forward();
        Tensor x = in.get(1);
        Tensor scale = in.get(2);
        double[] diffScale = new double[Math.toIntExact(scale.elements())];
        return () -> {
            Arrays.fill(diffScale, 0);
            for (long i = 0; i < x.elements(); i++) {
                int channel = channel(forward, x, i);
                double zero = in.size() > 3 ? in.get(3).get(channel) : 0;
                double ratio = x.get(i) / scale.get(channel);
                double q = Math.rint(ratio) + zero;
                boolean within = !(q < forward.low()) && !(q > forward.high());
                double diff = in.getFirst().get(i);
                out.getFirst().set(i, within ? diff : 0);
                diffScale[channel] += diff * (within ? Math.rint(ratio) - ratio : clamp(q, forward) - zero);
            }
            switch (op.gradients()) {
                case INPUT -> { }
                case INPUT_AND_SCALE -> {
                    for (int i = 0; i < diffScale.length; i++) {
                        out.get(1).set(i, diffScale[i] * op.scaleFactor(x.shape()));
                    }
                }
            }
        };
    }

    /** A NaN stays one. */
    private static double clamp(double q, FakeQuantize op) {
        return Math.clamp(q, op.low(), op.high());
    }

    /** Which scale an element has. */
    private static int channel(FakeQuantize op, Tensor x, long index) {
        if (!op.isPerChannel()) {
            return 0;
        }
        long inner = 1;
        for (int i = op.axis() + 1; i < x.shape().rank(); i++) {
            inner *= x.extent(i);
        }
        return Math.toIntExact(index / inner % x.extent(op.axis()));
    }
}
