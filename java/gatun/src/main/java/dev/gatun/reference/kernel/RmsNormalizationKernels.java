package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.RmsNormalization;
import java.util.Arrays;
import java.util.List;

/** RMS normalisation and its gradient, row by row. */
final class RmsNormalizationKernels {
    private RmsNormalizationKernels() {}

    static Kernel forward(RmsNormalization op, List<Tensor> in, List<Tensor> out) {
        Tensor x = in.getFirst();
        Tensor y = out.getFirst();
        long features = x.shape().extent(-1);
        return () -> {
            for (long row = 0; row < op.rows(x.shape()).elements(); row++) {
                double meanSquare = 0;
                for (long i = 0; i < features; i++) {
                    double element = x.get(row * features + i);
                    meanSquare += element * element / features;
                }
                out.get(1).set(row, meanSquare);
                for (long i = 0; i < features; i++) {
                    double normal = x.get(row * features + i) / Math.sqrt(meanSquare + op.epsilon());
                    y.set(row * features + i, switch (op.scaling()) {
                        case SCALE -> normal * in.get(1).get(i);
                        case NONE -> normal;
                    });
                }
            }
        };
    }

    static Kernel backward(RmsNormalization op, List<Tensor> in, List<Tensor> out) {
        Tensor x = in.getFirst();
        double[] diffScale = new double[Math.toIntExact(x.shape().extent(-1))];
        return () -> {
            Arrays.fill(diffScale, 0);
            for (long row = 0; row < op.rows(x.shape()).elements(); row++) {
                backwardRow(op, row, in, out.getFirst(), diffScale);
            }
            switch (op.scaling()) {
                case SCALE -> {
                    for (int i = 0; i < diffScale.length; i++) {
                        out.get(1).set(i, diffScale[i]);
                    }
                }
                case NONE -> { }
            }
        };
    }

    private static void backwardRow(RmsNormalization op, long row, List<Tensor> in, Tensor diffX, double[] diffScale) {
        int features = diffScale.length;
        double root = Math.sqrt(in.get(2).get(row) + op.epsilon());
        double weighted = 0;
        double[] normal = new double[features];
        double[] diff = new double[features];
        for (int i = 0; i < features; i++) {
            normal[i] = in.get(0).get(row * features + i) / root;
            double given = in.get(1).get(row * features + i);
            diffScale[i] += given * normal[i];
            diff[i] = switch (op.scaling()) {
                case SCALE -> given * in.get(3).get(i);
                case NONE -> given;
            };
            weighted += diff[i] * normal[i] / features;
        }
        for (int i = 0; i < features; i++) {
            diffX.set(row * features + i, (diff[i] - normal[i] * weighted) / root);
        }
    }
}
