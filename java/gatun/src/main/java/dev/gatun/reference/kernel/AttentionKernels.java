package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.MatMul;
import dev.gatun.op.ScaledDotProductAttention;
import dev.gatun.op.ScaledDotProductAttention.Masking;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attention and its gradients, query by query. */
final class AttentionKernels {
    private final ScaledDotProductAttention op;
    private final Tensor query;
    private final Tensor key;
    private final Tensor value;
    private final @Nullable Tensor mask;
    private final BroadcastKernels.@Nullable Repeated places;
    private final DropoutKernel.Factors factors;
    private final int queries;
    private final int keys;
    private final int width;
    private final int outputs;

    private AttentionKernels(ScaledDotProductAttention op, List<Tensor> in, MemorySegment random) {
        this.op = op;
        this.query = in.get(0);
        this.key = in.get(1);
        this.value = in.get(2);
        this.mask = op.masking() == Masking.ADDED ? in.get(3) : null;
        this.places = mask == null ? null : new BroadcastKernels.Repeated(mask.shape(),
                query.shape().with(query.shape().rank() - 1, key.shape().extent(-2)));
        this.factors = new DropoutKernel.Factors(op.rate(), op.stream(), random);
        this.queries = Math.toIntExact(query.shape().extent(-2));
        this.keys = Math.toIntExact(key.shape().extent(-2));
        this.width = Math.toIntExact(query.shape().extent(-1));
        this.outputs = Math.toIntExact(value.shape().extent(-1));
    }

    private long rows() {
        return MatMul.batch(query.shape()).elements() * queries;
    }

    private double score(long row, int j) {
        if (op.masking() == Masking.CAUSAL && j > row % queries) {
            return Double.NEGATIVE_INFINITY;
        }
        double sum = 0;
        for (int c = 0; c < width; c++) {
            sum += query.get(row * width + c) * key.get((row / queries * keys + j) * width + c);
        }
        double added = mask == null || places == null ? 0 : mask.get(places.at(row * keys + j));
        return sum * op.scale() + added;
    }

    /** The weights of a query; gives the logarithm of the sum of its exponentials. */
    private double weights(long row, double[] weights) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < keys; j++) {
            weights[j] = score(row, j);
            largest = Math.max(largest, weights[j]);
        }
        double sum = 0;
        for (int j = 0; j < keys; j++) {
            weights[j] = Math.exp(weights[j] - largest);
            sum += weights[j];
        }
        for (int j = 0; j < keys; j++) {
            weights[j] /= sum;
        }
        return largest + Math.log(sum);
    }

    static Kernel forward(ScaledDotProductAttention op, List<Tensor> in, List<Tensor> out, MemorySegment random) {
        AttentionKernels of = new AttentionKernels(op, in, random);
        return () -> {
            double[] weights = new double[of.keys];
            for (long row = 0; row < of.rows(); row++) {
                out.get(1).set(row, of.weights(row, weights));
                for (int c = 0; c < of.outputs; c++) {
                    double sum = 0;
                    for (int j = 0; j < of.keys; j++) {
                        sum += weights[j] * of.factors.at(row * of.keys + j)
                                * of.value.get((row / of.queries * of.keys + j) * of.outputs + c);
                    }
                    out.getFirst().set(row * of.outputs + c, sum);
                }
            }
        };
    }

    static Kernel backward(ScaledDotProductAttention op, List<Tensor> in, List<Tensor> out, MemorySegment random) {
        AttentionKernels of = new AttentionKernels(op, in, random);
        return () -> {
            double[][] gradients = new double[3][];
            for (int i = 0; i < gradients.length; i++) {
                gradients[i] = new double[Math.toIntExact(out.get(i).elements())];
            }
            for (long row = 0; row < of.rows(); row++) {
                of.backwardRow(row, in.getLast(), gradients);
            }
            for (int i = 0; i < gradients.length; i++) {
                for (int k = 0; k < gradients[i].length; k++) {
                    out.get(i).set(k, gradients[i][k]);
                }
            }
        };
    }

    private void backwardRow(long row, Tensor diffY, double[][] gradients) {
        double[] weights = new double[keys];
        weights(row, weights);
        double[] diff = new double[keys];
        double mean = 0;
        for (int j = 0; j < keys; j++) {
            double factor = factors.at(row * keys + j);
            int v = Math.toIntExact((row / queries * keys + j) * outputs);
            for (int c = 0; c < outputs; c++) {
                double given = diffY.get(row * outputs + c) * factor;
                diff[j] += given * value.get(v + c);
                gradients[2][v + c] += weights[j] * given;
            }
            mean += weights[j] * diff[j];
        }
        int q = Math.toIntExact(row * width);
        for (int j = 0; j < keys; j++) {
            double score = weights[j] * (diff[j] - mean) * op.scale();
            int k = Math.toIntExact((row / queries * keys + j) * width);
            for (int c = 0; c < width; c++) {
                gradients[0][q + c] += score * key.get(k + c);
                gradients[1][k + c] += score * query.get(q + c);
            }
        }
    }
}
