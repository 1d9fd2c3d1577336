package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * An operation with its attributes. Sealed, so that shape inference, gradient rules and every backend's lowering are
 * exhaustive switches: a new operation makes the compiler list all places that must know it. Operations that differ in
 * a formula only are one record with an enum: {@link Unary}, {@link Binary}, {@link Reduce}, {@link Pool}.
 *
 * <p>Tensors of images are {@code (N, C, spatial...)} and weights {@code (O, I/groups, window...)} as logical shapes,
 * with 1 to 3 spatial axes, heights before widths; the layout in memory is the compiler's business.
 */
public sealed interface Op
        permits Unary, UnaryBackward, Affine, Cast, Binary, Reduce, Broadcast, Reshape, Transpose, Slice, Concat, Pad,
                Resample, ResampleBackward, OneHot, ArgMax, StopGradient,
                FakeQuantize, FakeQuantizeBackward,
                Gather, ScatterAdd, Where, MatMul, Fill, LossScale,
                Convolution, ConvolutionBackwardData, ConvolutionBackwardWeights,
                Linear, LinearBackwardData, LinearBackwardWeights,
                BatchNormalization, BatchNormalizationBackward, UpdateRunningStatistics,
                ChannelStatistics, SumAcrossRanks,
                LayerNormalization, LayerNormalizationBackward,
                RmsNormalization, RmsNormalizationBackward,
                GroupNormalization, GroupNormalizationBackward, InstanceNormalization,
                Recurrent, RecurrentBackward, ScaledDotProductAttention, ScaledDotProductAttentionBackward,
                Pool, PoolBackward, Dropout, Softmax, SoftmaxBackward, SoftmaxCrossEntropy,
                SoftmaxCrossEntropyBackward,
                QuantizedOp {

    /** The result of {@link #inPlaceInput} for an operation whose result needs memory of its own. */
    int NOT_IN_PLACE = -1;

    /** Returns the usual name of the operation, in lower case with underscores: {@code batch_normalization}. */
    String name();

    /**
     * Returns the types of the outputs.
     *
     * @throws IllegalArgumentException when the inputs do not fit, naming the operation and the shapes
     */
    List<TensorType> infer(List<TensorType> inputs);

    /** Returns the floating-point operations of one execution; a multiply-add counts as two. */
    long flops(List<TensorType> inputs);

    /**
     * Returns whether an element of the result is zero where all inputs are, so that a kernel may run over the whole
     * memory, padding of a blocked layout included, and the padding stays zero. True for elementwise operations on
     * equal shapes only.
     */
    default boolean keepsZero() {
        return false;
    }

    /** Returns whether the operation is left out in inference, which passes the first input on. */
    default boolean trainingOnly() {
        return false;
    }

    /** Returns whether the result has the row-major elements of the first input, under another shape. */
    default boolean isView() {
        return false;
    }

    /** Returns whether the gradient with respect to its inputs is zero although they are floating-point. */
    default boolean stopsGradient() {
        return false;
    }

    /**
     * Returns whether an output is a workspace: for the operation's own gradient only, in a format that the device
     * chooses.
     *
     * @param output index of the output, from 0
     */
    default boolean isWorkspace(int output) {
        return false;
    }

    /** Returns whether it is the gradient of an operation with a workspace, which it reads. */
    default boolean readsWorkspace() {
        return false;
    }

    /** Returns the index of the input whose memory an elementwise result may overwrite, or {@link #NOT_IN_PLACE}. */
    default int inPlaceInput() {
        return NOT_IN_PLACE;
    }
}
