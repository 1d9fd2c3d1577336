package dev.gatun.reference;

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
import dev.gatun.op.function.PoolKind;

/** Which operations have a second derivative: a table over the sealed family, in which a new member must choose. */
enum SecondDerivative {
    /** The gradient is made of operations that have gradients. */
    GIVEN,
    /** The gradient's gradient is refused, naming the layer. */
    REFUSED;

    static SecondDerivative of(Op op) {
        return switch (op) {
            case BatchNormalization _, BatchNormalizationBackward _, LayerNormalization _, LayerNormalizationBackward _,
                    GroupNormalization _, GroupNormalizationBackward _, InstanceNormalization _, Recurrent _,
                    RecurrentBackward _, ScaledDotProductAttention _, ScaledDotProductAttentionBackward _,
                    FakeQuantize _, FakeQuantizeBackward _,
                    QuantizedOp _ -> REFUSED;
            case Pool pool -> of(pool.kind());
            case PoolBackward backward -> of(backward.forward().kind());
            case Unary _, UnaryBackward _, Affine _, Cast _, Binary _, Reduce _, Broadcast _, Reshape _, Transpose _,
                    Slice _, Concat _, Pad _, Resample _, ResampleBackward _, OneHot _, ArgMax _, StopGradient _,
                    ChannelStatistics _, SumAcrossRanks _,
                    Gather _, ScatterAdd _, Where _, MatMul _, Fill _, LossScale _, Convolution _,
                    ConvolutionBackwardData _, ConvolutionBackwardWeights _, Linear _, LinearBackwardData _,
                    LinearBackwardWeights _, UpdateRunningStatistics _, Dropout _, Softmax _, SoftmaxBackward _,
                    RmsNormalization _, RmsNormalizationBackward _, SoftmaxCrossEntropy _,
                    SoftmaxCrossEntropyBackward _ -> GIVEN;
        };
    }

    private static SecondDerivative of(PoolKind kind) {
        return switch (kind) {
            case MAX -> REFUSED;
            case AVERAGE, AVERAGE_WITHOUT_PADDING -> GIVEN;
        };
    }
}
