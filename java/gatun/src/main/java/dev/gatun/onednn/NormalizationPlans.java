package dev.gatun.onednn;

import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.onednn.plan.CallPlan;
import dev.gatun.onednn.plan.NormalizedNan;
import dev.gatun.onednn.plan.PrimitivePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.ChannelKernel;
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
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation: oneDNN's where sums are short, else ours, whose sums are in double. oneDNN's are in f32: their
 * errors grow with the number of values, most where those of a channel are alike, as gradients behind a mean over an
 * image are.
 */
final class NormalizationPlans {
    /** Values a channel. Of fewer, oneDNN's sums err by 1e-6 at most, and in a blocked layout it is faster. */
    private static final long LONG_SUMS = 128;
    /**
     * The same for images of 16 bits, which are themselves rounded by 1e-3: widening them for our kernel takes three
     * times as long, and sums of f32 err by 1e-6 where they are shorter.
     */
    private static final long LONG_SUMS_OF_16_BITS = 1 << 17;

    /** Inputs of the operation, but for the batches that a cumulative average counts. */
    private static final int INPUTS = 5;

    private static final String OWN = "gatun:batch_normalization";

    private final CpuLowering lowering;
    private final MemoryDescriptors descriptors;

    NormalizationPlans(CpuLowering lowering) {
        this.lowering = lowering;
        this.descriptors = lowering.engine().descriptors();
    }

    KernelPlan forward(Problem problem, BatchNormalization op) {
        Stored source = source(problem);
        return switch (op.mode()) {
            case TRAINING -> addend(problem, op).map(addend -> added(problem, op, source, addend))
                    .or(() -> own(source).map(kernel -> ownTraining(problem, op, source, null, kernel)))
                    .orElseGet(() -> training(problem, op, source));
            case FROZEN, INFERENCE -> running(problem, op, source);
        };
    }

    /** The images in the layout that they have, or with channels last. */
    private static Stored source(Problem problem) {
        TensorType x = problem.inputs().getFirst().type();
        Layout given = problem.inputs().getFirst().layout();
        return Stored.of(x, given == null ? Layout.channelsLast(x.shape()) : given);
    }

    /** Whether our kernel is the one for a normalisation in training: its sums are long. Of 16 bits it is widened. */
    static boolean isOwn(BatchNormalization op, TensorType x) {
        return op.mode() == BatchNormalization.Mode.TRAINING && hasLongSums(x);
    }

    /** Whether the sums over the channels of images are long. */
    static boolean hasLongSums(TensorType x) {
        return BatchNormalization.count(x.shape()) >= (x.dtype().isNarrow() ? LONG_SUMS_OF_16_BITS : LONG_SUMS);
    }

    /** Our kernel, where the sums are long and the images lie in a layout that it knows. */
    private Optional<ChannelKernel> own(Stored source) {
        return hasLongSums(source.type()) ? ChannelKernel.of(lowering.owner().arena(), source) : Optional.empty();
    }

    /** With a sum in the same pass, which oneDNN has not: in another layout where ours does not know that one. */
    private KernelPlan added(Problem problem, BatchNormalization op, Stored source, TensorType addend) {
        Stored plain = Stored.of(source.type(), Layout.channelsLast(source.type().shape()));
        return own(source).map(kernel -> ownTraining(problem, op, source, addend, kernel))
                .or(() -> own(plain).map(kernel -> ownTraining(problem, op, plain, addend, kernel)))
                .orElseThrow(() -> new IllegalStateException(problem.name() + ": no kernel adds to " + plain));
    }

    private static KernelPlan ownTraining(
            Problem problem, BatchNormalization op, Stored source, @Nullable TensorType addend,
            ChannelKernel kernel) {
        Stored vector = Stored.rowMajor(problem.inputs().get(1).type());
        List<Stored> inputs = new ArrayList<>(List.of(source, vector, vector, vector, vector));
        batches(problem, op).ifPresent(inputs::add);
        if (addend != null) {
            inputs.add(Stored.of(addend, source.layout()));
        }
        int relu = problem.activation() == UnaryFunction.RELU ? 1 : 0;
        return new CallPlan(OWN, inputs, List.of(source, vector, vector, opaque(0)), KernelPlan.NOT_IN_PLACE,
                kernel.batchScratchBytes(), binding -> {
                    List<MemorySegment> in = binding.inputs();
                    List<MemorySegment> out = binding.outputs();
                    ChannelKernel.Forward bound = new ChannelKernel.Forward(in.get(0), in.get(1), in.get(2),
                            addend == null ? MemorySegment.NULL : in.getLast(), out.get(0), out.get(1), out.get(2),
                            binding.scratch());
                    return () -> kernel.batchForward(bound, op.epsilon(), relu);
                });
    }

    private KernelPlan training(Problem problem, BatchNormalization op, Stored source) {
        PrimitiveDescriptor descriptor = descriptor(problem, op, source, onednn_h.dnnl_forward_training(), 0);
        Stored vector = Stored.rowMajor(problem.inputs().get(1).type());
        PrimitivePlan.Builder plan = new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), source)
                .input(onednn_h.DNNL_ARG_SCALE(), vector)
                .input(onednn_h.DNNL_ARG_SHIFT(), vector)
                .unusedInput(vector)
                .unusedInput(vector);
        batches(problem, op).ifPresent(plan::unusedInput);
        plan.output(onednn_h.DNNL_ARG_DST(), source)
                .output(onednn_h.DNNL_ARG_MEAN(), Stored.rowMajor(problem.outputs().get(1)))
                .output(onednn_h.DNNL_ARG_VARIANCE(), Stored.rowMajor(problem.outputs().get(2)));
        return problem.activation() == UnaryFunction.RELU
                ? plan.output(onednn_h.DNNL_ARG_WORKSPACE(), opaque(descriptor.bytes(onednn_h.DNNL_ARG_WORKSPACE())))
                .watched(new NormalizedNan(op.epsilon(), true))
                .build()
                : plan.unusedOutput(opaque(0)).build();
    }

    /** By the statistics of the training before, in inference or frozen. */
    private KernelPlan running(Problem problem, BatchNormalization op, Stored source) {
        PrimitiveDescriptor descriptor = descriptor(
                problem, op, source, onednn_h.dnnl_forward_inference(), onednn_h.dnnl_use_global_stats());
        Stored vector = Stored.rowMajor(problem.inputs().get(1).type());
        PrimitivePlan.Builder plan = new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), source)
                .input(onednn_h.DNNL_ARG_SCALE(), vector)
                .input(onednn_h.DNNL_ARG_SHIFT(), vector)
                .input(onednn_h.DNNL_ARG_MEAN(), vector)
                .input(onednn_h.DNNL_ARG_VARIANCE(), vector);
        batches(problem, op).ifPresent(plan::unusedInput);
        plan.output(onednn_h.DNNL_ARG_DST(), source).inPlace(0);
        return problem.activation() == UnaryFunction.RELU
                ? plan.watched(new NormalizedNan(op.epsilon(), false)).build() : plan.build();
    }

    /** The batches that a cumulative average counts, of which the forward pass knows nothing. */
    private static Optional<Stored> batches(Problem problem, BatchNormalization op) {
        return switch (op.averaging()) {
            case Averaging.Exponential _ -> Optional.empty();
            case Averaging.Cumulative _ -> Optional.of(Stored.rowMajor(problem.inputs().get(INPUTS).type()));
        };
    }

    /** What a region adds to the images: its last input, behind those of the operation. */
    private static Optional<TensorType> addend(Problem problem, BatchNormalization op) {
        int own = switch (op.averaging()) {
            case Averaging.Exponential _ -> INPUTS;
            case Averaging.Cumulative _ -> INPUTS + 1;
        };
        return problem.inputs().size() > own ? Optional.of(problem.inputs().getLast().type()) : Optional.empty();
    }

    private PrimitiveDescriptor descriptor(
            Problem problem, BatchNormalization op, Stored source, int kind, int moreFlags) {
        MemorySegment data = descriptors.of(source);
        return PrimitiveDescriptor.create(lowering.owner(), "dnnl_batch_normalization_forward_primitive_desc_create",
                problem.name() + " " + source.type() + " as " + source.layout(),
                out -> onednn_h.dnnl_batch_normalization_forward_primitive_desc_create(out, lowering.engine().handle(),
                        kind, data, data, (float) op.epsilon(), flags(problem) | moreFlags,
                        lowering.engine().attributes().plain()));
    }

    KernelPlan backward(Problem problem, BatchNormalizationBackward op) {
        Stored source = problem.forward() == null ? source(problem) : problem.forward().inputs().getFirst();
        // The workspace of oneDNN's forward pass is known to its own gradient alone, and ours has none.
        boolean ours = switch (op.forward().mode()) {
            case TRAINING -> problem.forward() instanceof CallPlan;
            case FROZEN -> true;
            case INFERENCE -> throw new IllegalStateException(problem.name() + " has no gradient");
        };
        return (ours ? own(source) : Optional.<ChannelKernel>empty())
                .map(kernel -> ownBackward(problem, op, source, kernel))
                .orElseGet(() -> backward(problem, op, source));
    }

    private static KernelPlan ownBackward(
            Problem problem, BatchNormalizationBackward op, Stored source, ChannelKernel kernel) {
        Stored vector = Stored.rowMajor(problem.inputs().get(2).type());
        List<Stored> inputs = new ArrayList<>(List.of(source, source, vector, vector, vector, vector));
        boolean frozen = op.forward().mode() == BatchNormalization.Mode.FROZEN;
        if (!frozen) {
            inputs.add(opaque(0));
        }
        int relu = problem.activation() == UnaryFunction.RELU ? 1 : 0;
        return new CallPlan(OWN, inputs, List.of(source, vector, vector), 1, kernel.batchScratchBytes(), binding -> {
            List<MemorySegment> in = binding.inputs();
            List<MemorySegment> out = binding.outputs();
            ChannelKernel.Backward bound = new ChannelKernel.Backward(in.get(0), in.get(1), in.get(2),
                    in.get(3), in.get(4), in.get(5), out.get(0), out.get(1), out.get(2), binding.scratch());
            return () -> kernel.batchBackward(bound, op.forward().epsilon(), relu, frozen ? 1 : 0);
        });
    }

    private KernelPlan backward(Problem problem, BatchNormalizationBackward op, Stored source) {
        PrimitivePlan forward = problem.forwardPlan();
        MemorySegment data = descriptors.of(source);
        boolean frozen = op.forward().mode() == BatchNormalization.Mode.FROZEN;
        int flags = flags(problem) | (frozen ? onednn_h.dnnl_use_global_stats() : 0);
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_batch_normalization_backward_primitive_desc_create", problem.name() + " " + source.type()
                + " as " + source.layout(),
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

    /** Mean and variance alone, by our kernel; in 16 bits they are widened. */
    KernelPlan statistics(Problem problem) {
        Stored given = source(problem);
        Stored plain = Stored.of(given.type(), Layout.channelsLast(given.type().shape()));
        Arena arena = lowering.owner().arena();
        Optional<ChannelKernel> fitting = ChannelKernel.of(arena, given);
        Stored source = fitting.isPresent() ? given : plain;
        ChannelKernel kernel = fitting.or(() -> ChannelKernel.of(arena, plain))
                .orElseThrow(() -> new IllegalStateException(problem.name() + ": no kernel reads " + plain));
        Stored vector = Stored.rowMajor(problem.outputs().getFirst());
        return new CallPlan("gatun:channel_statistics", List.of(source), List.of(vector, vector),
                KernelPlan.NOT_IN_PLACE, kernel.batchScratchBytes(), binding -> {
                    MemorySegment src = binding.inputs().getFirst();
                    MemorySegment mean = binding.outputs().get(0);
                    MemorySegment variance = binding.outputs().get(1);
                    MemorySegment scratch = binding.scratch();
                    return () -> kernel.statistics(src, mean, variance, scratch);
                });
    }

    KernelPlan updateRunning(Problem problem, UpdateRunningStatistics op) {
        long rows = problem.inputs().getFirst().type().shape().elements();
        long channels = problem.inputs().get(2).type().shape().elements();
        long bytes = channels * Float.BYTES;
        return new CallPlan("gatun:batch_normalization_update_running", problem.rowMajorInputs(), List.of(),
                KernelPlan.NOT_IN_PLACE, rows == channels ? 0 : 2 * bytes, binding -> {
                    List<MemorySegment> in = binding.inputs();
                    if (rows == channels) {
                        return update(op, channels, in, in.get(0), in.get(1));
                    }
                    MemorySegment mean = binding.scratch().asSlice(0, bytes);
                    MemorySegment variance = binding.scratch().asSlice(bytes, bytes);
                    Kernel means = () -> {
                        average(in.get(0), rows, channels, mean);
                        average(in.get(1), rows, channels, variance);
                    };
                    return means.then(update(op, channels, in, mean, variance));
                });
    }

    private static Kernel update(UpdateRunningStatistics op, long channels, List<MemorySegment> in,
            MemorySegment mean, MemorySegment variance) {
        MemorySegment runningMean = in.get(2);
        MemorySegment runningVariance = in.get(3);
        return switch (op.averaging()) {
            case Averaging.Exponential(double momentum) -> () -> Kernels.updateRunningStatistics(
                    channels, op.count(), momentum, mean, variance, runningMean, runningVariance);
            case Averaging.Cumulative _ -> {
                MemorySegment batches = in.get(4);
                yield () -> Kernels.updateRunningStatistics(
                        channels, op.count(), 1.0 / counted(batches), mean, variance, runningMean, runningVariance);
            }
        };
    }

    /** The statistics of single images, {@code (N, C)}, by their means over the images. */
    private static void average(MemorySegment statistics, long elements, long channels, MemorySegment means) {
        double rows = (double) elements / channels;
        for (long c = 0; c < channels; c++) {
            double sum = 0;
            for (long i = c; i < elements; i += channels) {
                sum += statistics.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            }
            means.setAtIndex(ValueLayout.JAVA_FLOAT, c, (float) (sum / rows));
        }
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
