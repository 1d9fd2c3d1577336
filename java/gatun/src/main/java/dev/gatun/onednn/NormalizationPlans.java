package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.onednn.plan.BatchStatistics;
import dev.gatun.onednn.plan.CallPlan;
import dev.gatun.onednn.plan.NanWatch;
import dev.gatun.onednn.plan.PrimitivePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.onednn.primitive.MemoryDescriptors;
import dev.gatun.onednn.primitive.PrimitiveDescriptor;
import dev.gatun.op.Averaging;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.BatchNormalizationBackward;
import dev.gatun.op.UpdateRunningStatistics;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;

/**
 * Batch normalisation. oneDNN computes the statistics of small batches; those of large ones, and the running ones, are
 * ours.
 */
final class NormalizationPlans {
    private final CpuLowering lowering;
    private final MemoryDescriptors descriptors;

    NormalizationPlans(CpuLowering lowering) {
        this.lowering = lowering;
        this.descriptors = lowering.engine().descriptors();
    }

    KernelPlan forward(Problem problem, BatchNormalization op) {
        TensorType x = problem.inputs().getFirst().type();
        Layout given = problem.inputs().getFirst().layout();
        Layout layout = given == null ? Layout.channelsLast(x.shape()) : given;
        boolean rectified = problem.activation() == UnaryFunction.RELU;
        boolean training = op.mode() == BatchNormalization.Mode.TRAINING;
        Stored source = Stored.of(x, layout);
        PrimitiveDescriptor descriptor =
                forward(problem, op, source, training ? Statistics.COMPUTED : Statistics.RUNNING);
        PrimitiveDescriptor executed = descriptor;
        Optional<BatchStatistics> own = training ? BatchStatistics.of(source) : Optional.empty();
        if (own.isPresent()) {
            executed = forward(problem, op, source, Statistics.GIVEN);
            if (!executed.implementation().equals(descriptor.implementation())) {
                executed = descriptor; // whose workspace is the one that the gradient, planned with it, can read
                own = Optional.empty();
            }
        }
        Stored vector = Stored.rowMajor(problem.inputs().get(1).type());
        PrimitivePlan.Builder plan = new PrimitivePlan.Builder(lowering, executed).hint(descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), source)
                .input(onednn_h.DNNL_ARG_SCALE(), vector)
                .input(onednn_h.DNNL_ARG_SHIFT(), vector);
        own.ifPresent(plan::after);
        if (!training) {
            plan.input(onednn_h.DNNL_ARG_MEAN(), vector)
                    .input(onednn_h.DNNL_ARG_VARIANCE(), vector);
            unusedBatches(problem, plan);
            return plan.output(onednn_h.DNNL_ARG_DST(), source)
                    .inPlace(0)
                    .watched(rectified ? new NanWatch(List.of(0), List.of(1, 2, 3, 4), List.of()) : NanWatch.NONE)
                    .build();
        }
        plan.unusedInput(vector).unusedInput(vector);
        unusedBatches(problem, plan);
        plan.output(onednn_h.DNNL_ARG_DST(), source)
                .output(onednn_h.DNNL_ARG_MEAN(), Stored.rowMajor(problem.outputs().get(1)))
                .output(onednn_h.DNNL_ARG_VARIANCE(), Stored.rowMajor(problem.outputs().get(2)));
        // A NaN of an image is one of its channel's statistics.
        return rectified
                ? plan.output(onednn_h.DNNL_ARG_WORKSPACE(), opaque(executed.bytes(onednn_h.DNNL_ARG_WORKSPACE())))
                .watched(new NanWatch(List.of(), List.of(1, 2), List.of(1, 2)))
                .build()
                : plan.unusedOutput(opaque(0)).build();
    }

    /** The batches that a cumulative average counts, of which the forward pass knows nothing. */
    private static void unusedBatches(Problem problem, PrimitivePlan.Builder plan) {
        if (problem.inputs().size() > 5) {
            plan.unusedInput(Stored.rowMajor(problem.inputs().get(5).type()));
        }
    }

    /** Where a forward pass has its statistics from. */
    private enum Statistics {
        /** It computes those of the batch. */
        COMPUTED,
        /** Those of the batch, computed before. */
        GIVEN,
        /** Those of the training before, in inference or frozen. */
        RUNNING
    }

    private PrimitiveDescriptor forward(Problem problem, BatchNormalization op, Stored source, Statistics statistics) {
        MemorySegment data = descriptors.of(source);
        int kind = statistics == Statistics.RUNNING
                ? onednn_h.dnnl_forward_inference() : onednn_h.dnnl_forward_training();
        int flags = flags(problem) | (statistics == Statistics.COMPUTED ? 0 : onednn_h.dnnl_use_global_stats());
        return PrimitiveDescriptor.create(lowering.owner(), "dnnl_batch_normalization_forward_primitive_desc_create",
                problem.name() + " " + source.type() + " as " + source.layout(),
                out -> onednn_h.dnnl_batch_normalization_forward_primitive_desc_create(out, lowering.engine().handle(),
                        kind, data, data, (float) op.epsilon(), flags, lowering.engine().attributes().plain()));
    }

    KernelPlan backward(Problem problem, BatchNormalizationBackward op) {
        TensorType x = problem.inputs().getFirst().type();
        PrimitivePlan forward = problem.forwardPlan();
        Stored source = forward.inputs().getFirst();
        MemorySegment data = descriptors.of(source);
        boolean frozen = op.forward().mode() == BatchNormalization.Mode.FROZEN;
        int flags = flags(problem) | (frozen ? onednn_h.dnnl_use_global_stats() : 0);
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_batch_normalization_backward_primitive_desc_create", problem.name() + " " + x + " as "
                + source.layout(),
                out -> onednn_h.dnnl_batch_normalization_backward_primitive_desc_create(out, lowering.engine().handle(),
                        onednn_h.dnnl_backward(), data, data, data, (float) op.forward().epsilon(), flags,
                        forward.handle(), lowering.engine().attributes().plain()));
        Stored vector = Stored.rowMajor(problem.inputs().get(2).type());
        PrimitivePlan.Builder plan = new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), source)
                .input(onednn_h.DNNL_ARG_DIFF_DST(), source)
                .input(onednn_h.DNNL_ARG_SCALE(), vector)
                .unusedInput(vector)
                .input(onednn_h.DNNL_ARG_MEAN(), vector)
                .input(onednn_h.DNNL_ARG_VARIANCE(), vector);
        if (problem.activation() == UnaryFunction.RELU) {
            plan.input(onednn_h.DNNL_ARG_WORKSPACE(), forward.outputs().get(3));
        } else if (!frozen) {
            plan.unusedInput(forward.outputs().get(3));
        }
        return plan.output(onednn_h.DNNL_ARG_DIFF_SRC(), source)
                .output(onednn_h.DNNL_ARG_DIFF_SCALE(), Stored.rowMajor(problem.outputs().get(1)))
                .output(onednn_h.DNNL_ARG_DIFF_SHIFT(), Stored.rowMajor(problem.outputs().get(2)))
                .inPlace(1)
                .build();
    }

    KernelPlan updateRunning(Problem problem, UpdateRunningStatistics op) {
        Shape channels = problem.inputs().getFirst().type().shape();
        return new CallPlan("gatun:batch_normalization_update_running", problem.rowMajorInputs(), List.of(),
                binding -> {
                    List<MemorySegment> in = binding.inputs();
                    MemorySegment mean = in.get(0);
                    MemorySegment variance = in.get(1);
                    MemorySegment runningMean = in.get(2);
                    MemorySegment runningVariance = in.get(3);
                    return switch (op.averaging()) {
                        case Averaging.Exponential(double momentum) ->
                            () -> Kernels.updateRunningStatistics(channels.elements(), op.count(), momentum, mean,
                                    variance, runningMean, runningVariance);
                        case Averaging.Cumulative _ -> {
                            MemorySegment batches = in.get(4);
                            yield () -> Kernels.updateRunningStatistics(channels.elements(), op.count(),
                                    1.0 / counted(batches), mean, variance, runningMean, runningVariance);
                        }
                    };
                });
    }

    /** One batch more. */
    private static float counted(MemorySegment batches) {
        float count = batches.get(ValueLayout.JAVA_FLOAT, 0) + 1;
        batches.set(ValueLayout.JAVA_FLOAT, 0, count);
        return count;
    }

    private static int flags(Problem problem) {
        int flags = onednn_h.dnnl_use_scale() | onednn_h.dnnl_use_shift();
        return problem.activation() == UnaryFunction.RELU ? flags | onednn_h.dnnl_fuse_norm_relu() : flags;
    }

    private static Stored opaque(long bytes) {
        return Stored.rowMajor(new TensorType(DType.U8, Shape.of(bytes)));
    }
}
