package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * An operation: pure attributes. Sealed, so that shape inference, gradient rules and every backend's lowering are
 * exhaustive switches: a new operation makes the compiler list all places that must know it. What differs in a formula
 * only is one operation with an enum inside: {@link Unary}, {@link Binary}, {@link Reduce}, {@link Pool}.
 *
 * <p>Tensors of images are {@code (N, C, spatial...)} and weights {@code (O, I/groups, window...)} as logical shapes,
 * with 1 to 3 spatial axes, heights before widths; the layout in memory is the compiler's business.
 */
public sealed interface Op
        permits Unary, UnaryBackward, Affine, Cast, Binary, Reduce, Broadcast, Reshape, Transpose, Slice, Concat, Pad,
                Resample, ResampleBackward, OneHot, ArgMax, StopGradient,
                Gather, ScatterAdd, Where, MatMul, Fill, LossScale,
                Convolution, ConvolutionBackwardData, ConvolutionBackwardWeights,
                Linear, LinearBackwardData, LinearBackwardWeights,
                BatchNormalization, BatchNormalizationBackward, UpdateRunningStatistics,
                LayerNormalization, LayerNormalizationBackward,
                Recurrent, RecurrentBackward, ScaledDotProductAttention, ScaledDotProductAttentionBackward,
                Pool, PoolBackward, Dropout, Softmax, SoftmaxBackward, SoftmaxCrossEntropy,
                SoftmaxCrossEntropyBackward {

    /** {@link #inPlaceInput} of an operation whose result needs memory of its own. */
    int NOT_IN_PLACE = -1;

    /** The field's name of the operation, in lower case with underscores: {@code batch_normalization}. */
    String name();

    /**
     * The types of the outputs.
     *
     * @throws IllegalArgumentException when the inputs do not fit, naming the operation and the shapes
     */
    List<TensorType> infer(List<TensorType> inputs);

    /** Floating-point operations of one execution; a multiply-add counts as two. */
    long flops(List<TensorType> inputs);

    /**
     * Whether an element of the result is zero where all inputs are: then a kernel may run over memory as it lies,
     * padding of a blocked layout included, and the padding stays zero. Only elementwise operations on equal shapes say
     * yes.
     */
    default boolean keepsZero() {
        return false;
    }

    /** Whether only training does it: inference passes the first input on. */
    default boolean trainingOnly() {
        return false;
    }

    /** Whether the result is the first input's row-major elements as they are, under another shape. */
    default boolean isView() {
        return false;
    }

    /** Whether nothing flows back through it, though its result is made of floating-point inputs. */
    default boolean stopsGradient() {
        return false;
    }

    /**
     * Whether an output is a workspace: for this operation's own gradient alone, in whatever form a device gives it.
     *
     * @param output counted from 0
     */
    default boolean isWorkspace(int output) {
        return false;
    }

    /** Whether it is the gradient of an operation that has a workspace, which it reads. */
    default boolean readsWorkspace() {
        return false;
    }

    /** The input whose memory an elementwise result may overwrite, or {@link #NOT_IN_PLACE}. */
    default int inPlaceInput() {
        return NOT_IN_PLACE;
    }
}
