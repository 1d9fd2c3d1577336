package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.onednn.plan.CallPlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.ChannelKernel;
import dev.gatun.op.GroupNormalization;
import dev.gatun.op.InstanceNormalization;
import dev.gatun.op.LayerNormalization;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Group and instance normalisation, in kernels of ours: oneDNN has reference code for the one and nothing for the
 * other.
 */
final class GroupNormalizationPlans {
    private static final String OWN = "gatun:group_normalization";

    private final CpuLowering lowering;

    GroupNormalizationPlans(CpuLowering lowering) {
        this.lowering = lowering;
    }

    /** Images, and how our kernels see them. */
    private record Images(Stored stored, ChannelKernel kernel) {}

    /** As they lie where that is a layout that our kernels know, else with channels last. */
    private Images images(Problem problem) {
        TensorType x = problem.inputs().getFirst().type();
        Layout given = problem.inputs().getFirst().layout();
        Stored last = Stored.of(x, Layout.channelsLast(x.shape()));
        Stored stored = given == null ? last : Stored.of(x, given);
        return ChannelKernel.of(lowering.owner().arena(), stored).map(kernel -> new Images(stored, kernel))
                .or(() -> ChannelKernel.of(lowering.owner().arena(), last).map(kernel -> new Images(last, kernel)))
                .orElseThrow(() -> new IllegalArgumentException(
                        problem.name() + ": no normalisation of " + x + " on the CPU: f32 with elements wanted"));
    }

    KernelPlan forward(Problem problem, GroupNormalization op) {
        return forward(problem, op, images(problem));
    }

    /** The running statistics are not read: inference takes a batch normalisation. */
    KernelPlan instances(Problem problem, InstanceNormalization op) {
        return forward(problem, op.grouped(problem.inputs().getFirst().type().shape().extent(1)), images(problem));
    }

    private static KernelPlan forward(Problem problem, GroupNormalization op, Images images) {
        boolean affine = op.scaling() == LayerNormalization.Scaling.SCALE_AND_SHIFT;
        List<Stored> inputs = new ArrayList<>(problem.rowMajorInputs());
        inputs.set(0, images.stored);
        List<Stored> outputs = new ArrayList<>(problem.outputs().stream().map(Stored::rowMajor).toList());
        outputs.set(0, images.stored);
        ChannelKernel kernel = images.kernel;
        return new CallPlan(OWN, inputs, outputs, KernelPlan.NOT_IN_PLACE, kernel.groupScratchBytes(op.groups()),
                binding -> {
                    List<MemorySegment> in = binding.inputs();
                    List<MemorySegment> out = binding.outputs();
                    ChannelKernel.Forward bound = new ChannelKernel.Forward(in.get(0),
                            affine ? in.get(1) : MemorySegment.NULL, affine ? in.get(2) : MemorySegment.NULL,
                            MemorySegment.NULL, out.get(0), out.get(1), out.get(2), binding.scratch());
                    return () -> kernel.groupForward(bound, op.groups(), op.epsilon());
                });
    }

    KernelPlan backward(Problem problem, GroupNormalization op) {
        Stored source = Objects.requireNonNull(problem.forward()).inputs().getFirst();
        ChannelKernel kernel = ChannelKernel.of(lowering.owner().arena(), source).orElseThrow();
        boolean affine = op.scaling() == LayerNormalization.Scaling.SCALE_AND_SHIFT;
        List<Stored> inputs = new ArrayList<>(problem.rowMajorInputs());
        inputs.set(0, source);
        inputs.set(1, source);
        List<Stored> outputs = new ArrayList<>(problem.outputs().stream().map(Stored::rowMajor).toList());
        outputs.set(0, source);
        return new CallPlan(OWN, inputs, outputs, 1, kernel.groupScratchBytes(op.groups()), binding -> {
            List<MemorySegment> in = binding.inputs();
            List<MemorySegment> out = binding.outputs();
            ChannelKernel.Backward bound = new ChannelKernel.Backward(in.get(0), in.get(1),
                    affine ? in.get(4) : MemorySegment.NULL, MemorySegment.NULL, in.get(2), in.get(3), out.get(0),
                    affine ? out.get(1) : MemorySegment.NULL, affine ? out.get(2) : MemorySegment.NULL,
                    binding.scratch());
            return () -> kernel.groupBackward(bound, op.groups(), op.epsilon());
        });
    }
}
