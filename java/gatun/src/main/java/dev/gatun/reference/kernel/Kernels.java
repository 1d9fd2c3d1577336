package dev.gatun.reference.kernel;

import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
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
import dev.gatun.op.Dequantize;
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
import dev.gatun.op.Quantize;
import dev.gatun.op.QuantizedConvolution;
import dev.gatun.op.QuantizedLinear;
import dev.gatun.op.QuantizedSum;
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
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one place that knows every operation: arguments in the order the operations document. */
public final class Kernels {
    private Kernels() {}

    public static Kernel of(Op op, List<Tensor> in, List<Tensor> out, HostBinding binding) {
        return switch (op) {
            case Convolution convolution ->
                ConvolutionKernels.forward(convolution, in.get(0), in.get(1), optional(in, 2), out.get(0));
            case ConvolutionBackwardData backward ->
                ConvolutionKernels.backwardData(backward.forward(), in.get(0), in.get(1), out.get(0));
            case ConvolutionBackwardWeights backward ->
                ConvolutionKernels.backwardWeights(
                        backward.forward(), in.get(0), in.get(1), out.get(0), optional(out, 1));
            case Quantize quantize -> QuantizedKernels.quantize(quantize, in, out.get(0));
            case Dequantize dequantize -> QuantizedKernels.dequantize(dequantize, in, out.get(0));
            case QuantizedSum sum -> QuantizedKernels.sum(sum, in, out.get(0));
            case QuantizedConvolution quantized -> QuantizedKernels.convolution(quantized, in, out.get(0));
            case QuantizedLinear quantized -> QuantizedKernels.linear(quantized, in, out.get(0));
            case Linear _ ->
                LinearKernels.forward(in.get(0), in.get(1), optional(in, 2), out.get(0));
            case LinearBackwardData _ -> LinearKernels.backwardData(in.get(0), in.get(1), out.get(0));
            case LinearBackwardWeights _ ->
                LinearKernels.backwardWeights(in.get(0), in.get(1), out.get(0), optional(out, 1));
            case BatchNormalization normalization -> switch (normalization.mode()) {
                case TRAINING -> BatchNormalizationKernels.training(normalization, in, out);
                case FROZEN, INFERENCE -> BatchNormalizationKernels.inference(normalization, in, out.get(0));
            };
            case BatchNormalizationBackward backward ->
                BatchNormalizationKernels.backward(backward.forward(), in, out);
            case ChannelStatistics _ -> BatchNormalizationKernels.statistics(in.get(0), out.get(0), out.get(1));
            case UpdateRunningStatistics update -> BatchNormalizationKernels.updateRunning(update, in);
            case Unary unary -> ElementwiseKernels.unary(unary.function(), in.get(0), out.get(0));
            case UnaryBackward backward -> ElementwiseKernels.unaryBackward(
                    backward.function(), in.get(0), in.get(1), out.get(0));
            case Affine affine -> ElementwiseKernels.affine(affine, in.get(0), out.get(0));
            case Cast _ -> ElementwiseKernels.cast(in.get(0), out.get(0));
            case Binary binary -> BroadcastKernels.binary(binary, in.get(0), in.get(1), out.get(0));
            case Broadcast _ -> BroadcastKernels.repeat(in.get(0), out.get(0));
            case Reduce reduce -> ReduceKernels.of(reduce, in.get(0), out.get(0));
            case Transpose transpose -> MoveKernels.transpose(transpose, in.get(0), out.get(0));
            case Slice slice -> MoveKernels.slice(slice, in.get(0), out.get(0));
            case Concat concat -> MoveKernels.concat(concat, in, out.get(0));
            case Pad pad -> MoveKernels.pad(pad, in.get(0), out.get(0));
            case Resample resample -> ResampleKernels.forward(resample, in.get(0), out.get(0));
            case ResampleBackward backward -> ResampleKernels.backward(backward.forward(), in.get(0), out.get(0));
            case OneHot oneHot -> LabelKernels.oneHot(oneHot, in.get(0), out.get(0));
            case ArgMax argMax -> LabelKernels.argMax(argMax, in.get(0), out.get(0));
            case Gather gather -> ChoiceKernels.gather(gather, in.get(0), in.get(1), out.get(0));
            case ScatterAdd scatter -> ChoiceKernels.scatterAdd(scatter.forward(), in.get(0), in.get(1), out.get(0));
            case Where _ -> ChoiceKernels.where(in.get(0), in.get(1), in.get(2), out.get(0));
            case Softmax softmax -> SoftmaxKernels.forward(softmax, in.get(0), out.get(0));
            case SoftmaxBackward backward -> SoftmaxKernels.backward(backward.forward(), in.get(0), in.get(1),
                    out.get(0));
            case LayerNormalization layers -> LayerNormalizationKernels.forward(layers, in, out);
            case LayerNormalizationBackward backward -> LayerNormalizationKernels.backward(backward.forward(), in, out);
            case RmsNormalization rms -> RmsNormalizationKernels.forward(rms, in, out);
            case RmsNormalizationBackward backward -> RmsNormalizationKernels.backward(backward.forward(), in, out);
            case GroupNormalization groups -> GroupNormalizationKernels.forward(groups, in, out);
            case GroupNormalizationBackward backward -> GroupNormalizationKernels.backward(backward.forward(), in, out);
            case InstanceNormalization instances -> GroupNormalizationKernels.forward(
                    instances.grouped(in.getFirst().extent(1)), in, out);
            case ScaledDotProductAttention attention ->
                AttentionKernels.forward(attention, in, out, binding.random());
            case ScaledDotProductAttentionBackward backward ->
                AttentionKernels.backward(backward.forward(), in, out, binding.random());
            case Recurrent recurrent -> RecurrentKernels.forward(recurrent, in, out);
            case RecurrentBackward backward -> RecurrentKernels.backward(backward.forward(), in, out);
            case Reshape _, StopGradient _, SumAcrossRanks _ -> copy(in.get(0), out.get(0));
            case MatMul product -> MatMulKernels.of(product, in.get(0), in.get(1), out.get(0));
            case Fill fill -> ElementwiseKernels.fill(fill.value(), out.get(0));
            case LossScale _ -> lossScale(binding.lossScaleCell(), out.get(0));
            case Pool pool -> PoolKernels.forward(pool, in.get(0), out);
            case PoolBackward backward -> PoolKernels.backward(backward.forward(), in, out.get(0));
            case Dropout dropout -> DropoutKernel.of(dropout, in.get(0), out.get(0), binding.randomState());
            case FakeQuantize quantize ->
                FakeQuantizeKernels.forward(quantize, in.get(0), in.get(1), optional(in, 2), out.get(0));
            case FakeQuantizeBackward backward -> FakeQuantizeKernels.backward(backward, in, out);
            case SoftmaxCrossEntropy _ -> SoftmaxCrossEntropyKernels.forward(in.get(0), in.get(1), out);
            case SoftmaxCrossEntropyBackward _ ->
                SoftmaxCrossEntropyKernels.backward(in.get(0), in.get(1), in.get(2), out.get(0));
        };
    }

    private static @Nullable Tensor optional(List<Tensor> tensors, int index) {
        return index < tensors.size() ? tensors.get(index) : null;
    }

    private static Kernel lossScale(MemorySegment cell, Tensor y) {
        return () -> y.set(0, cell.get(ValueLayout.JAVA_FLOAT, 0));
    }

    /** A view has nothing to do, but is right as well when it was given memory of its own. */
    private static Kernel copy(Tensor x, Tensor y) {
        return () -> y.copyFrom(x);
    }
}
