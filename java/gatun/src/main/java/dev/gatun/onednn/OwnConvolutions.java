package dev.gatun.onednn;

import dev.gatun.backend.ConvolutionMethod;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Operand;
import dev.gatun.bindings.gatun.gatun_h;
import dev.gatun.onednn.plan.OwnConvolutionPlan;
import dev.gatun.onednn.plan.PrimitivePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.ConvolutionKernel;
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
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Plans of Gatun's own convolutions: two-dimensional, f32, channels last in images and weights, alone or with a ReLU.
 * What has another shape, layout, type or activation, and images of few channels, is left to oneDNN.
 */
final class OwnConvolutions {
    private static final long FEWEST_CHANNELS = 8;

    private final CpuLowering lowering;

    OwnConvolutions(CpuLowering lowering) {
        this.lowering = lowering;
    }

    /** The kernels there are. */
    private enum Algorithm {
        WINOGRAD_F4("gatun:winograd_f4", ConvolutionMethod.F4, gatun_h.GATUN_CONVOLUTION_WINOGRAD_F4()),
        WINOGRAD_F2("gatun:winograd_f2", ConvolutionMethod.F2, gatun_h.GATUN_CONVOLUTION_WINOGRAD_F2());

        final String implementation;
        final ConvolutionMethod method;
        final int number;

        Algorithm(String implementation, ConvolutionMethod method, int number) {
            this.implementation = implementation;
            this.method = method;
            this.number = number;
        }

        boolean fits(ConvolutionMethod wanted) {
            return wanted == ConvolutionMethod.AUTO || wanted == method;
        }
    }

    /**
     * What computes a problem by a method; nothing where it is left to oneDNN.
     *
     * @param direct oneDNN's plan
     */
    List<KernelPlan> of(Problem problem, ConvolutionMethod method, PrimitivePlan direct) {
        if (problem.policy() != LayoutPolicy.CHANNELS_LAST || method == ConvolutionMethod.DIRECT
                || !(problem.activation() == null || problem.activation() == UnaryFunction.RELU)
                || !types(problem).allMatch(type -> type.dtype() == DType.F32)) {
            return List.of();
        }
        List<KernelPlan> plans = new ArrayList<>();
        for (Algorithm algorithm : Algorithm.values()) {
            KernelPlan plan = algorithm.fits(method) ? plan(problem, algorithm, direct) : null;
            if (plan != null) {
                plans.add(plan);
            }
        }
        return plans;
    }

    private static Stream<TensorType> types(Problem problem) {
        return Stream.concat(problem.inputs().stream().map(Operand::type), problem.outputs().stream());
    }

    private @Nullable KernelPlan plan(Problem problem, Algorithm algorithm, PrimitivePlan direct) {
        return switch (problem.op()) {
            case Convolution op -> forward(problem, op, algorithm, direct);
            case ConvolutionBackwardData op -> backwardData(problem, op, algorithm, direct);
            case ConvolutionBackwardWeights op -> backwardWeights(problem, op, algorithm, direct);
            case QuantizedOp _ -> null;
            case Linear _, LinearBackwardData _, LinearBackwardWeights _, MatMul _, Unary _, UnaryBackward _, Affine _,
                    Binary _, Reduce _, Broadcast _, Cast _, Reshape _, Fill _, LossScale _,
                    FakeQuantize _, FakeQuantizeBackward _, BatchNormalization _,
                    BatchNormalizationBackward _, UpdateRunningStatistics _, ChannelStatistics _, SumAcrossRanks _,
                    Pool _, PoolBackward _, Dropout _,
                    SoftmaxCrossEntropy _, SoftmaxCrossEntropyBackward _, Transpose _, Slice _, Concat _, Pad _,
                    Resample _, ResampleBackward _, OneHot _, ArgMax _, StopGradient _,
                    Gather _, ScatterAdd _, Where _, Softmax _, SoftmaxBackward _, LayerNormalization _,
                    LayerNormalizationBackward _, RmsNormalization _, RmsNormalizationBackward _, GroupNormalization _,
                    GroupNormalizationBackward _, InstanceNormalization _, Recurrent _, RecurrentBackward _,
                    ScaledDotProductAttention _, ScaledDotProductAttentionBackward _ -> null;
        };
    }

    private @Nullable ConvolutionKernel kernel(Algorithm algorithm, Convolution op, Shape x, Shape weight, Shape y) {
        boolean plain = op.axes().size() == 2 && op.groups() == 1
                && op.axes().stream().allMatch(axis -> axis.dilation() == 1);
        boolean wide = x.extent(1) >= FEWEST_CHANNELS && weight.extent(0) >= FEWEST_CHANNELS;
        return plain && wide && y.elements() > 0
                ? ConvolutionKernel.of(lowering.owner().arena(), algorithm.number, op, x, weight, y) : null;
    }

    private @Nullable KernelPlan forward(
            Problem problem, Convolution op, Algorithm algorithm, PrimitivePlan direct) {
        TensorType x = problem.inputs().get(0).type();
        TensorType weight = problem.inputs().get(1).type();
        TensorType y = problem.outputs().getFirst();
        ConvolutionKernel kernel = kernel(algorithm, op, x.shape(), weight.shape(), y.shape());
        OptionalLong bytes = scratch(kernel, gatun_h.GATUN_CONVOLUTION_FORWARD());
        if (kernel == null || bytes.isEmpty()) {
            return null;
        }
        boolean bias = problem.inputs().size() == 3;
        List<Stored> inputs = new ArrayList<>(List.of(last(x), last(weight)));
        if (bias) {
            inputs.add(Stored.rowMajor(problem.inputs().get(2).type()));
        }
        int relu = problem.activation() == null ? 0 : 1;
        return new OwnConvolutionPlan(algorithm.implementation, inputs, List.of(last(y)), bytes.getAsLong(),
                direct, binding -> {
                    MemorySegment src = binding.inputs().get(0);
                    MemorySegment weights = binding.inputs().get(1);
                    MemorySegment shift = bias ? binding.inputs().get(2) : MemorySegment.NULL;
                    MemorySegment dst = binding.outputs().getFirst();
                    MemorySegment scratch = binding.scratch();
                    return () -> kernel.forward(src, weights, shift, relu, dst, scratch);
                });
    }

    private @Nullable KernelPlan backwardData(
            Problem problem, ConvolutionBackwardData op, Algorithm algorithm, PrimitivePlan direct) {
        TensorType diffDst = problem.inputs().get(0).type();
        TensorType weight = problem.inputs().get(1).type();
        TensorType diffSrc = problem.outputs().getFirst();
        ConvolutionKernel kernel =
                kernel(algorithm, op.forward(), diffSrc.shape(), weight.shape(), diffDst.shape());
        OptionalLong bytes = scratch(kernel, gatun_h.GATUN_CONVOLUTION_BACKWARD_DATA());
        if (kernel == null || bytes.isEmpty()) {
            return null;
        }
        return new OwnConvolutionPlan(algorithm.implementation, List.of(last(diffDst), last(weight)),
                List.of(last(diffSrc)), bytes.getAsLong(), direct, binding -> {
                    MemorySegment gradient = binding.inputs().get(0);
                    MemorySegment weights = binding.inputs().get(1);
                    MemorySegment target = binding.outputs().getFirst();
                    MemorySegment scratch = binding.scratch();
                    return () -> kernel.backwardData(gradient, weights, target, scratch);
                });
    }

    private @Nullable KernelPlan backwardWeights(
            Problem problem, ConvolutionBackwardWeights op, Algorithm algorithm, PrimitivePlan direct) {
        TensorType x = problem.inputs().get(0).type();
        TensorType diffDst = problem.inputs().get(1).type();
        TensorType diffWeight = problem.outputs().getFirst();
        ConvolutionKernel kernel = kernel(algorithm, op.forward(), x.shape(), diffWeight.shape(), diffDst.shape());
        OptionalLong bytes = scratch(kernel, gatun_h.GATUN_CONVOLUTION_BACKWARD_WEIGHTS());
        if (kernel == null || bytes.isEmpty()) {
            return null;
        }
        List<Stored> outputs = new ArrayList<>(List.of(last(diffWeight)));
        if (op.bias()) {
            outputs.add(Stored.rowMajor(problem.outputs().get(1)));
        }
        return new OwnConvolutionPlan(algorithm.implementation, List.of(last(x), last(diffDst)), outputs,
                bytes.getAsLong(), direct, binding -> {
                    MemorySegment src = binding.inputs().get(0);
                    MemorySegment gradient = binding.inputs().get(1);
                    MemorySegment weights = binding.outputs().get(0);
                    MemorySegment bias = op.bias() ? binding.outputs().get(1) : MemorySegment.NULL;
                    MemorySegment scratch = binding.scratch();
                    return () -> kernel.backwardWeights(src, gradient, weights, bias, scratch);
                });
    }

    private static OptionalLong scratch(@Nullable ConvolutionKernel kernel, int pass) {
        return kernel == null ? OptionalLong.empty() : kernel.scratchBytes(pass);
    }

    private static Stored last(TensorType type) {
        return Stored.of(type, Layout.channelsLast(type.shape()));
    }
}
