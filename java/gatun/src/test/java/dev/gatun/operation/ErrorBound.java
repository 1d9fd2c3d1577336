package dev.gatun.operation;

import dev.gatun.op.Affine;
import dev.gatun.op.ArgMax;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.BatchNormalizationBackward;
import dev.gatun.op.Binary;
import dev.gatun.op.Broadcast;
import dev.gatun.op.Cast;
import dev.gatun.op.ChannelStatistics;
import dev.gatun.op.Concat;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.ConvolutionBackwardWeights;
import dev.gatun.op.Dropout;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.FakeQuantizeBackward;
import dev.gatun.op.Fill;
import dev.gatun.op.Gather;
import dev.gatun.op.GroupNormalization;
import dev.gatun.op.GroupNormalizationBackward;
import dev.gatun.op.InstanceNormalization;
import dev.gatun.op.LayerNormalization;
import dev.gatun.op.LayerNormalizationBackward;
import dev.gatun.op.Linear;
import dev.gatun.op.LinearBackwardData;
import dev.gatun.op.LinearBackwardWeights;
import dev.gatun.op.LossScale;
import dev.gatun.op.MatMul;
import dev.gatun.op.OneHot;
import dev.gatun.op.Op;
import dev.gatun.op.Pad;
import dev.gatun.op.Pool;
import dev.gatun.op.PoolBackward;
import dev.gatun.op.QuantizedOp;
import dev.gatun.op.Recurrent;
import dev.gatun.op.RecurrentBackward;
import dev.gatun.op.Reduce;
import dev.gatun.op.Resample;
import dev.gatun.op.ResampleBackward;
import dev.gatun.op.Reshape;
import dev.gatun.op.RmsNormalization;
import dev.gatun.op.RmsNormalizationBackward;
import dev.gatun.op.ScaledDotProductAttention;
import dev.gatun.op.ScaledDotProductAttentionBackward;
import dev.gatun.op.ScatterAdd;
import dev.gatun.op.Slice;
import dev.gatun.op.Softmax;
import dev.gatun.op.SoftmaxBackward;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.SoftmaxCrossEntropyBackward;
import dev.gatun.op.StopGradient;
import dev.gatun.op.SumAcrossRanks;
import dev.gatun.op.Transpose;
import dev.gatun.op.Unary;
import dev.gatun.op.UnaryBackward;
import dev.gatun.op.UpdateRunningStatistics;
import dev.gatun.op.Where;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.PoolKind;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.SoftmaxKind;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * How far the elements of a result may be off where a device computes in f32, before the result is rounded to its type:
 * {@code units * 2^-24 * terms * size}, with {@code terms} the number of products or summands behind an element and
 * {@code size} the largest that one of them can be, from the largest elements of the operands. The units are those of a
 * sum in any order, for random signs, and of what vectorised functions are off by; 0 where nothing may be. To that
 * comes {@code rounded}, where a gradient reads a result of the operation that was rounded to 16 bits.
 *
 * <p>A table over the sealed family, in which a new member must choose.
 */
record ErrorBound(double units, double terms, double size, double rounded) {
    private static final ErrorBound EXACT = new ErrorBound(0, 0, 0);

    ErrorBound(double units, double terms, double size) {
        this(units, terms, size, 0);
    }

    private ErrorBound plus(double more) {
        return new ErrorBound(units, terms, size, more);
    }

    /** The largest error of an element. */
    double limit() {
        return units * 0x1p-24 * terms * size + rounded;
    }

    /** Half a unit in the last place, relative to the number: of 8, 11 and 24 significant bits. */
    static double rounding(DType dtype) {
        return switch (dtype) {
            case BF16 -> 0x1p-8;
            case F16 -> 0x1p-11;
            case F32 -> 0x1p-24;
            case F64, I64, I32, U8, I8 -> 0;
        };
    }

    /** What is known of a node: its operands, and what the oracle makes of them. */
    record Known(Op op, List<TensorType> types, List<double[]> in, List<double[]> out) {
        Shape shape(int input) {
            return types.get(input).shape();
        }

        double largest(int input) {
            return ErrorBound.largest(in.get(input));
        }

        /** The largest of some operands, and 1 at least. */
        double largestOf(int from, int to) {
            double largest = 1;
            for (int i = from; i < to; i++) {
                largest = Math.max(largest, largest(i));
            }
            return largest;
        }

        /** What the operands were rounded by. */
        double rounding() {
            return ErrorBound.rounding(types.getFirst().dtype());
        }

        double result(int output) {
            return ErrorBound.largest(out.get(output));
        }
    }

    private static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Double.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
        }
        return largest;
    }

    private static double least(double[] values) {
        double least = Double.POSITIVE_INFINITY;
        for (double value : values) {
            least = Math.min(least, value);
        }
        return least;
    }

    /** The bound of one of a node's results. */
    static ErrorBound of(Known k, int output) {
        return switch (k.op) {
            case Reshape _, StopGradient _, SumAcrossRanks _, Transpose _, Slice _, Concat _, Pad _, Broadcast _,
                    Gather _, OneHot _,
                    ArgMax _, Where _, Fill _, LossScale _, Cast _ -> EXACT;
            case QuantizedOp op -> throw new IllegalArgumentException(op.name() + " rounds to integers");
            case Unary _ -> new ErrorBound(8, 1, Math.max(1, k.result(0)));
            case UnaryBackward _ -> new ErrorBound(16, 1, Math.max(k.largest(1), k.result(0)));
            case Affine op -> new ErrorBound(2, 1, Math.abs(op.scale()) * k.largest(0) + Math.abs(op.shift()));
            case Binary op -> binary(op.function(), k);
            case Dropout _ -> new ErrorBound(2, 1, k.result(0));
            case Reduce op -> reduce(op, k);
            case Resample _ -> new ErrorBound(4, 1, k.largest(0));
            case ResampleBackward _ -> new ErrorBound(2, (double) k.shape(0).elements(), k.largest(0));
            case ScatterAdd _ -> new ErrorBound(1, (double) k.shape(1).elements(), k.largest(0));
            case MatMul op -> products(MatMul.columns(k.shape(0), op.a()), k);
            case Linear _ -> products(k.shape(1).elements() / k.shape(1).extent(0) + 1, k);
            case LinearBackwardData _ -> products(k.shape(1).extent(0), k);
            case LinearBackwardWeights _ -> summed(output, k.shape(0).extent(0), k);
            case Convolution _ -> products(k.shape(1).elements() / k.shape(1).extent(0) + 1, k);
            case ConvolutionBackwardData op -> products(k.shape(1).elements() / k.shape(1).extent(1)
                    / op.forward().groups(), k);
            case ConvolutionBackwardWeights _ -> summed(output, k.shape(1).elements() / k.shape(1).extent(1), k);
            case Pool op -> op.kind() == PoolKind.MAX ? EXACT : new ErrorBound(2, 1, k.largest(0));
            case PoolBackward op -> new ErrorBound(2, op.forward().kind() == PoolKind.MAX
                    ? op.forward().window().elements() : 1, k.largest(0));
            case BatchNormalization op -> normalized(k, output, op.epsilon(),
                    op.mode() == BatchNormalization.Mode.TRAINING ? k.out.get(2) : k.in.get(4));
            case ChannelStatistics _ -> new ErrorBound(8, 1, output == 0 ? k.largest(0) : k.largest(0) * k.largest(0));
            case InstanceNormalization op -> normalized(k, output, op.epsilon(), k.out.get(2));
            case LayerNormalization op -> normalized(k, output, op.epsilon(), k.out.get(2));
            case RmsNormalization op -> output == 1 ? new ErrorBound(8, 1, k.largest(0) * k.largest(0))
                    : normalized(k, output, op.epsilon(), k.out.get(1));
            case GroupNormalization op -> normalized(k, output, op.epsilon(), k.out.get(2));
            case BatchNormalizationBackward op -> normalizedBackward(k, output, op.forward().epsilon(), k.in.get(5), 2,
                    k.shape(0).elements() / (double) k.shape(0).extent(1));
            case LayerNormalizationBackward op -> normalizedBackward(k, output, op.forward().epsilon(), k.in.get(3), 4,
                    k.in.get(3).length);
            case RmsNormalizationBackward op -> normalizedBackward(k, output, op.forward().epsilon(), k.in.get(2), 3,
                    k.in.get(2).length);
            case GroupNormalizationBackward op -> normalizedBackward(k, output, op.forward().epsilon(), k.in.get(3), 4,
                    k.shape(0).elements() / (double) k.shape(0).extent(1));
            case FakeQuantize _ -> new ErrorBound(4, 1, k.result(0)).plus(k.largest(1)); // a tie may go either way
            case FakeQuantizeBackward op -> new ErrorBound(4, (double) k.shape(1).elements(),
                    k.largest(0) * 2 * op.forward().high()).plus(k.largest(0));
            case UpdateRunningStatistics _ -> new ErrorBound(4, 1, k.largestOf(0, k.in.size()));
            case Softmax op -> new ErrorBound(8, 1, op.kind() == SoftmaxKind.SOFTMAX ? 1
                    : 1 + 2 * k.largest(0));
            case SoftmaxBackward op -> new ErrorBound(8, op.forward().kind() == SoftmaxKind.SOFTMAX ? 1
                    : k.shape(0).extent(op.forward().axis()), k.largest(1));
            case SoftmaxCrossEntropy _ -> output == 2 ? EXACT
                    : new ErrorBound(8, 1, output == 0 ? 1 + 2 * k.largest(0) : 1);
            case SoftmaxCrossEntropyBackward _ ->
                new ErrorBound(4, 1, k.largest(2) / k.shape(0).extent(0));
            case Recurrent _ -> new ErrorBound(4, gateTerms(k) * k.shape(0).extent(0),
                    k.largestOf(0, 1) * k.largestOf(5, k.in.size()));
            case RecurrentBackward _ -> new ErrorBound(4, gateTerms(k) * k.shape(0).extent(0)
                    * (output == 0 || output >= 5 ? 4 : k.shape(0).extent(1)),
                    k.largestOf(0, 7) * k.largestOf(0, k.in.size())).plus(4 * k.rounding() * k.result(output));
            case ScaledDotProductAttention op -> new ErrorBound(8, 1,
                    (output == 0 ? k.largest(2) : 1) * (1 + scores(op, k)));
            case ScaledDotProductAttentionBackward op -> attentionBackward(op.forward(), k, output);
        };
    }

    private static ErrorBound products(long terms, Known k) {
        return new ErrorBound(2, (double) terms, k.largest(0) * k.largest(1) + (k.in.size() > 2 ? k.largest(2) : 0));
    }

    /** Gradients of a weight and of a bias, which sum over examples and places. */
    private static ErrorBound summed(int output, long terms, Known k) {
        return new ErrorBound(2, (double) terms, (output == 0 ? k.largest(0) : 1) * k.largest(1));
    }

    private static ErrorBound binary(BinaryFunction function, Known k) {
        return switch (function) {
            case MAXIMUM, MINIMUM, GREATER, GREATER_EQUAL -> EXACT;
            case ADD, SUBTRACT, MULTIPLY, DIVIDE -> new ErrorBound(2, 1, k.result(0));
        };
    }

    private static ErrorBound reduce(Reduce op, Known k) {
        double count = op.count(k.shape(0));
        return op.reduction() == Reduction.MAX ? EXACT : new ErrorBound(1,
                op.reduction() == Reduction.SUM ? count : 2, k.largest(0));
    }

    /** Divided by a deviation that may be small: what x is off by grows with it. */
    private static ErrorBound normalized(Known k, int output, double epsilon, double[] variance) {
        double x = k.largest(0);
        double deviation = Math.sqrt(least(variance) + epsilon);
        double scale = k.in.size() > 1 ? k.largest(1) : 1;
        double shift = k.in.size() > 2 ? k.largest(2) : 0;
        return new ErrorBound(8, 1, switch (output) {
            case 0 -> scale * (x + (k.in.size() > 3 ? k.largest(3) : 0)) / deviation + shift;
            case 1 -> x;
            default -> x * x;
        });
    }

    private static ErrorBound normalizedBackward(
            Known k, int output, double epsilon, double[] variance, int scaleAt, double terms) {
        double deviation = Math.sqrt(least(variance) + epsilon);
        double normalized = 2 * k.largest(0) / deviation;
        double scale = k.in.size() > scaleAt ? k.largest(scaleAt) : 1;
        return output == 0
                ? new ErrorBound(8, 1, k.largest(1) * scale / deviation * (1 + normalized + normalized * normalized))
                : new ErrorBound(2, terms, k.largest(1) * (output == 1 ? 1 + normalized : 1));
    }

    /** Products behind one gate of a recurrent layer. */
    private static double gateTerms(Known k) {
        return (double) k.shape(0).extent(2) + k.shape(2).extent(1);
    }

    /** The largest score, a sum over the width. */
    private static double scores(ScaledDotProductAttention op, Known k) {
        double mask = op.masking() == ScaledDotProductAttention.Masking.ADDED ? k.largest(3) : 0;
        return op.scale() * k.largest(0) * k.largest(1) * k.shape(0).extent(-1) + mask;
    }

    private static ErrorBound attentionBackward(ScaledDotProductAttention op, Known k, int output) {
        double diff = k.largest(k.in.size() - 1);
        double weight = 1 / (1 - op.rate());
        double byWeights = op.scale() * diff * k.largest(2) * k.shape(2).extent(-1) * weight;
        double byScores = byWeights * (1 + scores(op, k));
        return switch (output) {
            case 0 -> new ErrorBound(4, 2, byScores * k.largest(1)).plus(k.rounding() * byWeights * k.largest(1));
            case 1 -> new ErrorBound(4, k.shape(0).extent(-2), byScores * k.largest(0))
                    .plus(k.rounding() * byWeights * k.largest(0) * Math.sqrt((double) k.shape(0).extent(-2)));
            default -> new ErrorBound(4, k.shape(0).extent(-2), diff * weight * (1 + scores(op, k)));
        };
    }
}
