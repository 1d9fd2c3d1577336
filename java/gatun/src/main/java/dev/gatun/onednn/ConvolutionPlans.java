package dev.gatun.onednn;

import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Operand;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.onednn.plan.LongSums;
import dev.gatun.onednn.plan.PrimitivePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.Faults;
import dev.gatun.onednn.primitive.Geometry;
import dev.gatun.onednn.primitive.MemoryDescriptors;
import dev.gatun.onednn.primitive.PrimitiveDescriptor;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.ConvolutionBackwardWeights;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions of 1 to 3 spatial axes, and their gradients. Weights may choose their layout; gradients keep the
 * activations' layouts.
 */
final class ConvolutionPlans {
    private final CpuLowering lowering;
    private final MemoryDescriptors descriptors;

    ConvolutionPlans(CpuLowering lowering) {
        this.lowering = lowering;
        this.descriptors = lowering.engine().descriptors();
    }

    PrimitivePlan forward(Problem problem, Convolution op) {
        return unlessPlainLoop(problem, each -> convolution(each, op),
                List.of(Problem::rowMajorSource, Problem::channelsLast));
    }

    private PrimitivePlan convolution(Problem problem, Convolution op) {
        TensorType x = problem.inputs().get(0).type();
        TensorType w = problem.inputs().get(1).type();
        Faults.checkImages(x.shape());
        TensorType weights = grouped(w, op.groups());
        TensorType y = problem.outputs().getFirst();
        boolean bias = problem.inputs().size() == 3;
        Layout source = sourceLayout(problem);
        MemorySegment src = source == null ? descriptors.any(x) : descriptors.of(x, source);
        MemorySegment dst = problem.policy() == LayoutPolicy.CHANNELS_LAST
                ? descriptors.of(y, Layout.channelsLast(y.shape()))
                : descriptors.any(y);
        MemorySegment biasDescriptor = bias ? vector(problem.inputs().get(2).type()) : MemorySegment.NULL;
        PrimitiveDescriptor descriptor;
        try (Arena scratch = Arena.ofConfined()) {
            Geometry geometry = Geometry.of(scratch, op.axes());
            descriptor = PrimitiveDescriptor.create(lowering.owner(), "dnnl_convolution_forward_primitive_desc_create",
                    problem.name() + " " + x + " * " + w, problem.rank(),
                    Faults.convolution(x.shape(), w.shape(), y.shape(), op),
                    out -> onednn_h.dnnl_convolution_forward_primitive_desc_create(out, lowering.engine().handle(),
                            onednn_h.dnnl_forward_training(), onednn_h.dnnl_convolution_direct(), src,
                            descriptors.any(weights), biasDescriptor, dst, geometry.strides(), geometry.dilates(),
                            geometry.before(), geometry.after(),
                            lowering.engine().attributes().with(problem.activation())));
        }
        PrimitivePlan.Builder plan = new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), descriptor.stored(descriptors, x, onednn_h.DNNL_ARG_SRC()))
                .input(onednn_h.DNNL_ARG_WEIGHTS(),
                        descriptor.stored(descriptors, weights, onednn_h.DNNL_ARG_WEIGHTS()));
        if (bias) {
            plan.input(onednn_h.DNNL_ARG_BIAS(), Stored.rowMajor(problem.inputs().get(2).type()));
        }
        return plan.output(onednn_h.DNNL_ARG_DST(), descriptor.stored(descriptors, y, onednn_h.DNNL_ARG_DST())).build();
    }

    /** The layout the source must have; null leaves it to oneDNN. */
    private static @Nullable Layout sourceLayout(Problem problem) {
        Operand source = problem.inputs().getFirst();
        return switch (problem.policy()) {
            case CHANNELS_LAST -> Layout.channelsLast(source.type().shape());
            // Images of few channels come as they are: a blocked copy would mostly be padding.
            case BLOCKED -> source.type().shape().extent(1) < 16 ? source.layout() : null;
        };
    }

    KernelPlan backwardData(Problem problem, ConvolutionBackwardData op) {
        return unlessPlainLoop(problem, each -> data(each, op), List.of(Problem::channelsLast));
    }

    KernelPlan backwardWeights(Problem problem, ConvolutionBackwardWeights op) {
        return unlessPlainLoop(problem, each -> weights(each, op), List.of(Problem::channelsLast));
    }

    /**
     * A plan in the activations' layouts; where oneDNN has but a plain loop for blocked ones, as for few channels, or
     * for volumes on a processor with AVX2, the first in others that is none: copies between layouts take milliseconds
     * where the loop takes seconds.
     */
    private static PrimitivePlan unlessPlainLoop(
            Problem problem, Function<Problem, PrimitivePlan> planned, List<UnaryOperator<Problem>> others) {
        if (problem.policy() != LayoutPolicy.BLOCKED) {
            return planned.apply(problem);
        }
        PrimitivePlan first = planned.apply(problem.withRank(0));
        if (isPlainLoop(first)) {
            for (UnaryOperator<Problem> other : others) {
                Problem changed = other.apply(problem);
                if (!isPlainLoop(planned.apply(changed.withRank(0)))) {
                    return planned.apply(changed);
                }
            }
        }
        return problem.rank() == 0 ? first : planned.apply(problem);
    }

    private static boolean isPlainLoop(PrimitivePlan plan) {
        return PrimitiveDescriptor.isPlainLoop(plan.implementation());
    }

    private PrimitivePlan data(Problem problem, ConvolutionBackwardData op) {
        TensorType diffDst = problem.inputs().get(0).type();
        TensorType w = problem.inputs().get(1).type();
        Faults.checkImages(diffDst.shape());
        TensorType weights = grouped(w, op.forward().groups());
        PrimitivePlan forward = forwardOf(problem, op.forward(), problem.outputs().getFirst(), w, diffDst);
        Stored source = forward.inputs().getFirst();
        Stored destination = forward.outputs().getFirst();
        PrimitiveDescriptor descriptor;
        try (Arena scratch = Arena.ofConfined()) {
            Geometry geometry = Geometry.of(scratch, op.forward().axes());
            descriptor = PrimitiveDescriptor.create(lowering.owner(),
                    "dnnl_convolution_backward_data_primitive_desc_create", problem.name() + " " + diffDst + " * " + w,
                    problem.rank(), Faults.convolutionBackwardData(w.shape(), op.forward()),
                    out -> onednn_h.dnnl_convolution_backward_data_primitive_desc_create(out,
                            lowering.engine().handle(), onednn_h.dnnl_convolution_direct(),
                            descriptors.of(source), descriptors.any(weights),
                            descriptors.of(destination), geometry.strides(), geometry.dilates(), geometry.before(),
                            geometry.after(), forward.handle(), lowering.engine().attributes().plain()));
        }
        return new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_DIFF_DST(), destination)
                .input(onednn_h.DNNL_ARG_WEIGHTS(),
                        descriptor.stored(descriptors, weights, onednn_h.DNNL_ARG_WEIGHTS()))
                .output(onednn_h.DNNL_ARG_DIFF_SRC(), source)
                .build();
    }

    private PrimitivePlan weights(Problem problem, ConvolutionBackwardWeights op) {
        TensorType x = problem.inputs().get(0).type();
        TensorType diffDst = problem.inputs().get(1).type();
        TensorType diffWeights = problem.outputs().getFirst();
        Faults.checkImages(x.shape());
        TensorType weights = grouped(diffWeights, op.forward().groups());
        PrimitivePlan forward =
                forwardOf(problem, op.forward(), x, diffWeights.withDtype(x.dtype()), diffDst);
        Stored source = forward.inputs().getFirst();
        Stored destination = forward.outputs().getFirst();
        Optional<Function<HostBinding, Kernel>> longBias = op.bias()
                ? LongSums.bias(lowering.owner().arena(), destination) : Optional.empty();
        MemorySegment bias =
                op.bias() && longBias.isEmpty() ? vector(problem.outputs().get(1)) : MemorySegment.NULL;
        PrimitiveDescriptor descriptor;
        try (Arena scratch = Arena.ofConfined()) {
            Geometry geometry = Geometry.of(scratch, op.forward().axes());
            descriptor = PrimitiveDescriptor.create(lowering.owner(),
                    "dnnl_convolution_backward_weights_primitive_desc_create", problem.name() + " " + x + " * "
                    + diffDst, problem.rank(),
                    Faults.convolutionBackwardWeights(x.shape(), diffWeights.shape(), op.forward()),
                    out -> onednn_h.dnnl_convolution_backward_weights_primitive_desc_create(out,
                            lowering.engine().handle(), onednn_h.dnnl_convolution_direct(), descriptors.of(source),
                            descriptors.any(weights), bias, descriptors.of(destination),
                            geometry.strides(), geometry.dilates(), geometry.before(), geometry.after(),
                            forward.handle(), lowering.engine().attributes().plain()));
        }
        PrimitivePlan.Builder plan = new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), source)
                .input(onednn_h.DNNL_ARG_DIFF_DST(), destination)
                .output(onednn_h.DNNL_ARG_DIFF_WEIGHTS(),
                        descriptor.stored(descriptors, weights, onednn_h.DNNL_ARG_DIFF_WEIGHTS()));
        if (op.bias()) {
            Stored vector = Stored.rowMajor(problem.outputs().get(1));
            longBias.ifPresentOrElse(sum -> plan.unusedOutput(vector).followed(sum),
                    () -> plan.output(onednn_h.DNNL_ARG_DIFF_BIAS(), vector));
        }
        return plan.build();
    }

    /** The plan that a gradient belongs to; one made for it where the gradient is a transposed convolution's. */
    private PrimitivePlan forwardOf(Problem problem, Convolution op, TensorType x, TensorType w, TensorType y) {
        return problem.forward() != null ? problem.forwardPlan()
                : forward(new Problem(problem.name(), op, null, List.of(new Operand(x, null), new Operand(w, null)),
                        List.of(y), problem.policy(), 0, null), op);
    }

    private MemorySegment vector(TensorType type) {
        return descriptors.of(type, Layout.rowMajor(type.shape()));
    }

    /**
     * The weights of groups as oneDNN sees them: {@code (G, O/G, I/G, window...)}, whose row-major sequence is that of
     * {@code (O, I/G, window...)}.
     */
    static TensorType grouped(TensorType type, long groups) {
        if (groups == 1) {
            return type;
        }
        long[] extents = type.shape().extents();
        long[] grouped = new long[extents.length + 1];
        grouped[0] = groups;
        grouped[1] = extents[0] / groups;
        System.arraycopy(extents, 1, grouped, 2, extents.length - 1);
        return type.withShape(Shape.of(grouped));
    }
}
