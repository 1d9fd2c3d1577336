package dev.gatun.graph;

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
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** In which types an operation reads its inputs in mixed precision. */
enum PrecisionRule {
    /** Two operands in 16 bits; a third, a bias, in f32. */
    NARROW,
    /** All in f32: what sums, or squares, or has a range of its own. */
    WIDE,
    /** The first as it comes. */
    AS_GIVEN,
    /** The widest that one of them has. */
    COMMON,
    /** One tensor as it comes, and f32 for all that is per channel. */
    CHANNELS,
    /** Two tensors in the wider of their types, and f32 for all that is per channel. */
    CHANNELS_BACKWARD;

    static PrecisionRule of(Op op) {
        return switch (op) {
            case Convolution _, ConvolutionBackwardData _, ConvolutionBackwardWeights _, Linear _, LinearBackwardData _,
                    LinearBackwardWeights _, MatMul _ -> NARROW;
            case Softmax _, SoftmaxBackward _, ScatterAdd _, SoftmaxCrossEntropy _, SoftmaxCrossEntropyBackward _,
                    UpdateRunningStatistics _, SumAcrossRanks _, Fill _,
                    FakeQuantize _, FakeQuantizeBackward _, OneHot _, ArgMax _,
                    Resample _, ResampleBackward _,
                    LossScale _, Recurrent _, RecurrentBackward _, ScaledDotProductAttention _,
                    ScaledDotProductAttentionBackward _ -> WIDE;
            case QuantizedOp _ -> WIDE;
            case Affine _, Broadcast _, Reshape _, StopGradient _,
                    Transpose _, Slice _, Pad _, Gather _, Pool _, PoolBackward _,
                    Dropout _, Cast _ -> AS_GIVEN;
            case Concat _, Where _ -> COMMON;
            case BatchNormalization _, LayerNormalization _, RmsNormalization _, GroupNormalization _,
                    InstanceNormalization _, ChannelStatistics _ -> CHANNELS;
            case BatchNormalizationBackward _, LayerNormalizationBackward _, RmsNormalizationBackward _,
                    GroupNormalizationBackward _ -> CHANNELS_BACKWARD;
            case Unary(ScalarFunction function) -> of(function, AS_GIVEN);
            case UnaryBackward(ScalarFunction function) -> of(function, COMMON);
            case Reduce reduce -> switch (reduce.reduction()) {
                case SUM, MEAN -> WIDE;
                case MAX -> AS_GIVEN;
            };
            case Binary binary -> switch (binary.function()) {
                case DIVIDE -> WIDE;
                case ADD, SUBTRACT, MULTIPLY, MAXIMUM, MINIMUM, GREATER, GREATER_EQUAL -> COMMON;
            };
        };
    }

    private static PrecisionRule of(ScalarFunction function, PrecisionRule otherwise) {
        return switch (function) {
            case ParametricFunction.Softplus _, ParametricFunction.Power _ -> WIDE;
            case ParametricFunction _ -> otherwise;
            case UnaryFunction plain -> of(plain, otherwise);
        };
    }

    private static PrecisionRule of(UnaryFunction function, PrecisionRule otherwise) {
        return switch (function) {
            case EXP, LOG, SQRT, SQUARE, RECIPROCAL -> WIDE;
            case RELU, SIGMOID, TANH, ABS, NEGATE, GELU, GELU_TANH, SILU, HARD_SIGMOID, HARD_SWISH, MISH -> otherwise;
        };
    }

    /**
     * The types to read inputs in. What is neither f32 nor of 16 bits stays as it is.
     *
     * @param given  their types
     * @param narrow the policy's type of 16 bits
     */
    List<DType> inputs(List<DType> given, DType narrow) {
        List<DType> wanted = new ArrayList<>(Collections.nCopies(given.size(), DType.F32));
        switch (this) {
            case NARROW -> Collections.fill(wanted.subList(0, 2), narrow);
            case WIDE -> { }
            case AS_GIVEN, CHANNELS -> wanted.set(0, given.getFirst());
            case COMMON -> Collections.fill(wanted, widest(given));
            case CHANNELS_BACKWARD -> Collections.fill(wanted.subList(0, 2), widest(given.subList(0, 2)));
        }
        for (int i = 0; i < given.size(); i++) {
            if (given.get(i) != DType.F32 && !given.get(i).isNarrow()) {
                wanted.set(i, given.get(i));
            }
        }
        return wanted;
    }

    private static DType widest(List<DType> given) {
        return given.stream().filter(DType::isFloating).max(Comparator.comparingInt(DType::bytes)).orElse(DType.F32);
    }
}
