package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.LayerNormalization;
import java.util.Arrays;
import java.util.List;

/** Layer normalisation and its gradient, row by row. */
final class LayerNormalizationKernels {
    private LayerNormalizationKernels() {}

    static Kernel forward(LayerNormalization op, List<Tensor> in, List<Tensor> out) {
        Tensor x = in.getFirst();
        Tensor y = out.getFirst();
        long features = op.features(x.shape()).elements();
        return () -> {
            for (long row = 0; row < op.rows(x.shape()).elements(); row++) {
                double mean = 0;
                for (long i = 0; i < features; i++) {
                    mean += x.get(row * features + i) / features;
                }
                double variance = 0;
                for (long i = 0; i < features; i++) {
                    double centred = x.get(row * features + i) - mean;
                    variance += centred * centred / features;
                }
                out.get(1).set(row, mean);
                out.get(2).set(row, variance);
                for (long i = 0; i < features; i++) {
                    double normal = (x.get(row * features + i) - mean) / Math.sqrt(variance + op.epsilon());
                    y.set(row * features + i, switch (op.scaling()) {
                        case SCALE_AND_SHIFT -> normal * in.get(1).get(i) + in.get(2).get(i);
                        case NONE -> normal;
                    });
                }
            }
        };
    }

    static Kernel backward(LayerNormalization op, List<Tensor> in, List<Tensor> out) {
        Tensor x = in.get(0);
        int features = Math.toIntExact(op.features(x.shape()).elements());
        double[] diffScale = new double[features];
        double[] diffShift = new double[features];
        return () -> {
            Arrays.fill(diffScale, 0);
            Arrays.fill(diffShift, 0);
            for (long row = 0; row < op.rows(x.shape()).elements(); row++) {
                backwardRow(op, row, in, out.getFirst(), diffScale, diffShift);
            }
            switch (op.scaling()) {
                case SCALE_AND_SHIFT -> {
                    for (int i = 0; i < features; i++) {
                        out.get(1).set(i, diffScale[i]);
                        out.get(2).set(i, diffShift[i]);
                    }
                }
                case NONE -> { }
            }
        };
    }

    private static void backwardRow(LayerNormalization op, long row, List<Tensor> in, Tensor diffX, double[] diffScale,
            double[] diffShift) {
        Tensor x = in.get(0);
        Tensor diffY = in.get(1);
        int features = diffScale.length;
        double mean = in.get(2).get(row);
        double deviation = Math.sqrt(in.get(3).get(row) + op.epsilon());
        double sum = 0;
        double weighted = 0;
        double[] normal = new double[features];
        double[] diff = new double[features];
        for (int i = 0; i < features; i++) {
            normal[i] = (x.get(row * features + i) - mean) / deviation;
            double given = diffY.get(row * features + i);
            diffScale[i] += given * normal[i];
            diffShift[i] += given;
            diff[i] = switch (op.scaling()) {
                case SCALE_AND_SHIFT -> given * in.get(4).get(i);
                case NONE -> given;
            };
            sum += diff[i] / features;
            weighted += diff[i] * normal[i] / features;
        }
        for (int i = 0; i < features; i++) {
            diffX.set(row * features + i, (diff[i] - sum - normal[i] * weighted) / deviation);
        }
    }
}
