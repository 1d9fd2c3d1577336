package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Operand;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.onednn.plan.LongSums;
import dev.gatun.onednn.plan.PooledNan;
import dev.gatun.onednn.plan.PrimitivePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.Attributes;
import dev.gatun.onednn.primitive.Geometry;
import dev.gatun.onednn.primitive.MemoryDescriptors;
import dev.gatun.onednn.primitive.PrimitiveDescriptor;
import dev.gatun.op.Pool;
import dev.gatun.op.PoolBackward;
import dev.gatun.op.Window;
import dev.gatun.op.function.PoolKind;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Max, average and global pooling, in the layout their input has. */
final class PoolingPlans {
    private final CpuLowering lowering;
    private final MemoryDescriptors descriptors;

    PoolingPlans(CpuLowering lowering) {
        this.lowering = lowering;
        this.descriptors = lowering.engine().descriptors();
    }

    PrimitivePlan forward(Problem problem, Pool op) {
        Window window = op.window();
        TensorType x = problem.inputs().getFirst().type();
        TensorType y = problem.outputs().getFirst();
        Layout given = problem.inputs().getFirst().layout();
        boolean integers = !x.dtype().isFloating();
        Stored source = Stored.of(x, given == null || integers ? Layout.channelsLast(x.shape()) : given);
        PrimitiveDescriptor descriptor;
        try (Arena scratch = Arena.ofConfined()) {
            Geometry geometry = Geometry.of(scratch, window.slides());
            MemorySegment sizes = Attributes.longs(scratch, window.sizes());
            descriptor = PrimitiveDescriptor.create(lowering.owner(), "dnnl_pooling_forward_primitive_desc_create",
                    problem.name() + " " + x + " by " + window,
                    out -> onednn_h.dnnl_pooling_forward_primitive_desc_create(out, lowering.engine().handle(),
                            integers ? onednn_h.dnnl_forward_inference() : onednn_h.dnnl_forward_training(),
                            algorithm(op.kind()), descriptors.of(source), descriptors.any(y),
                            geometry.strides(), sizes, geometry.dilates(), geometry.before(), geometry.after(),
                            lowering.engine().attributes().plain()));
        }
        PrimitivePlan.Builder plan = new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), source)
                .output(onednn_h.DNNL_ARG_DST(), descriptor.stored(descriptors, y, onednn_h.DNNL_ARG_DST()));
        if (integers) { // for inference only: nothing is remembered for a gradient
            return plan.unusedOutput(Stored.rowMajor(new TensorType(DType.U8, Shape.of(1)))).build();
        }
        if (op.kind() == PoolKind.MAX) {
            long bytes = descriptor.bytes(onednn_h.DNNL_ARG_WORKSPACE());
            plan.output(onednn_h.DNNL_ARG_WORKSPACE(), Stored.rowMajor(new TensorType(DType.U8, Shape.of(bytes))))
                    .watched(new PooledNan(window));
        }
        LongSums.mean(lowering.owner().arena(), op, source, plan.build().outputs().getFirst())
                .ifPresent(plan::replaced);
        return plan.build();
    }

    KernelPlan backward(Problem problem, PoolBackward op) {
        Pool pool = op.forward();
        Window window = pool.window();
        TensorType diffSrc = problem.outputs().getFirst();
        PrimitivePlan forward = problem.forward() != null ? problem.forwardPlan() : forwardOf(problem, pool);
        Stored source = forward.inputs().getFirst();
        Stored destination = forward.outputs().getFirst();
        PrimitiveDescriptor descriptor;
        try (Arena scratch = Arena.ofConfined()) {
            Geometry geometry = Geometry.of(scratch, window.slides());
            MemorySegment sizes = Attributes.longs(scratch, window.sizes());
            descriptor = PrimitiveDescriptor.create(lowering.owner(), "dnnl_pooling_backward_primitive_desc_create",
                    problem.name() + " " + diffSrc + " by " + window,
                    out -> onednn_h.dnnl_pooling_backward_primitive_desc_create(out, lowering.engine().handle(),
                            algorithm(pool.kind()), descriptors.of(source), descriptors.of(destination),
                            geometry.strides(), sizes, geometry.dilates(), geometry.before(), geometry.after(),
                            forward.handle(), lowering.engine().attributes().plain()));
        }
        PrimitivePlan.Builder plan = new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_DIFF_DST(), destination);
        if (pool.kind() == PoolKind.MAX) {
            plan.input(onednn_h.DNNL_ARG_WORKSPACE(), forward.outputs().get(1));
        }
        return plan.output(onednn_h.DNNL_ARG_DIFF_SRC(), source).build();
    }

    /** The plan that a gradient of means belongs to, made for it where the means themselves are of another type. */
    private PrimitivePlan forwardOf(Problem problem, Pool op) {
        return forward(new Problem(problem.name(), op, null, List.of(new Operand(problem.outputs().getFirst(), null)),
                List.of(problem.inputs().getFirst().type()), problem.policy(), 0, null), op);
    }

    private static int algorithm(PoolKind kind) {
        return switch (kind) {
            case MAX -> onednn_h.dnnl_pooling_max();
            case AVERAGE -> onednn_h.dnnl_pooling_avg_include_padding();
            case AVERAGE_WITHOUT_PADDING -> onednn_h.dnnl_pooling_avg_exclude_padding();
        };
    }
}
