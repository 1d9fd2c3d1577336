package dev.gatun.reference;

import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.op.Add;
import dev.gatun.op.AvgPool;
import dev.gatun.op.AvgPoolBackward;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.BatchNormalizationBackward;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.ConvolutionBackwardWeights;
import dev.gatun.op.Dropout;
import dev.gatun.op.Flatten;
import dev.gatun.op.GlobalAvgPool;
import dev.gatun.op.GlobalAvgPoolBackward;
import dev.gatun.op.Linear;
import dev.gatun.op.LinearBackwardData;
import dev.gatun.op.LinearBackwardWeights;
import dev.gatun.op.MaxPool;
import dev.gatun.op.MaxPoolBackward;
import dev.gatun.op.Op;
import dev.gatun.op.Relu;
import dev.gatun.op.ReluBackward;
import dev.gatun.op.Reshape;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.SoftmaxCrossEntropyBackward;
import dev.gatun.op.UpdateRunningStatistics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one place that knows every operation: arguments in the order the operations document. */
final class Kernels {
    private Kernels() {}

    static Kernel of(Op op, List<Tensor> in, List<Tensor> out, HostBinding binding) {
        return switch (op) {
            case Convolution convolution ->
                ConvolutionKernels.forward(convolution, in.get(0), in.get(1), optional(in, 2), out.get(0));
            case ConvolutionBackwardData backward ->
                ConvolutionKernels.backwardData(backward.forward(), in.get(0), in.get(1), out.get(0));
            case ConvolutionBackwardWeights backward ->
                ConvolutionKernels.backwardWeights(
                        backward.forward(), in.get(0), in.get(1), out.get(0), optional(out, 1));
            case Linear linear ->
                LinearKernels.forward(linear, in.get(0), in.get(1), optional(in, 2), out.get(0));
            case LinearBackwardData _ -> LinearKernels.backwardData(in.get(0), in.get(1), out.get(0));
            case LinearBackwardWeights _ ->
                LinearKernels.backwardWeights(in.get(0), in.get(1), out.get(0), optional(out, 1));
            case BatchNormalization normalization -> switch (normalization.mode()) {
                case TRAINING -> BatchNormalizationKernels.training(normalization, in, out);
                case INFERENCE -> BatchNormalizationKernels.inference(normalization, in, out.get(0));
            };
            case BatchNormalizationBackward backward ->
                BatchNormalizationKernels.backward(backward.forward(), in, out);
            case UpdateRunningStatistics update -> BatchNormalizationKernels.updateRunning(update, in);
            case Add add -> ElementwiseKernels.add(add, in.get(0), in.get(1), out.get(0));
            case Relu _ -> ElementwiseKernels.relu(in.get(0), out.get(0));
            case ReluBackward _ ->
                ElementwiseKernels.reluBackward(in.get(0), in.get(1), optional(in, 2), out.get(0));
            case MaxPool pool -> MaxPoolKernels.forward(pool.window(), in.get(0), out.get(0), out.get(1));
            case MaxPoolBackward backward ->
                MaxPoolKernels.backward(backward.forward().window(), in.get(0), in.get(1), out.get(0));
            case AvgPool pool -> AvgPoolKernels.forward(pool.window(), in.get(0), out.get(0));
            case AvgPoolBackward backward ->
                AvgPoolKernels.backward(backward.forward().window(), in.get(0), out.get(0));
            case GlobalAvgPool _ -> GlobalAvgPoolKernels.forward(in.get(0), out.get(0));
            case GlobalAvgPoolBackward _ -> GlobalAvgPoolKernels.backward(in.get(0), out.get(0));
            case Flatten _ -> copy(in.get(0), out.get(0));
            case Reshape _ -> copy(in.get(0), out.get(0));
            case Dropout dropout -> DropoutKernel.of(dropout, in.get(0), out.get(0), binding.random());
            case SoftmaxCrossEntropy _ -> SoftmaxCrossEntropyKernels.forward(in.get(0), in.get(1), out);
            case SoftmaxCrossEntropyBackward _ ->
                SoftmaxCrossEntropyKernels.backward(in.get(0), in.get(1), out.get(0), binding.lossScale());
        };
    }

    private static @Nullable Tensor optional(List<Tensor> tensors, int index) {
        return index < tensors.size() ? tensors.get(index) : null;
    }

    /** A view has nothing to do, but is right as well when it was given memory of its own. */
    private static Kernel copy(Tensor x, Tensor y) {
        return () -> y.copyFrom(x);
    }
}
