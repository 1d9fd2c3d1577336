package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Operand;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.op.Reduce;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;

/** Reductions, and repetitions as copies whose source stands still. */
final class ReductionPlans {
    private final CpuLowering lowering;
    private final MemoryDescriptors descriptors;

    ReductionPlans(CpuLowering lowering) {
        this.lowering = lowering;
        this.descriptors = lowering.device().descriptors();
    }

    KernelPlan reduce(Problem problem, Reduce op) {
        Operand x = problem.inputs().getFirst();
        TensorType type = problem.outputs().getFirst();
        if (x.type().shape().elements() == type.shape().elements()) {
            return copy(problem); // every element alone
        }
        Strided layouts = new Strided(descriptors, x.type().shape());
        Layout source = layouts.operand(x, Layout.channelsLast(x.type().shape()));
        TensorType kept = x.type().withShape(op.keptShape(x.type().shape()));
        MemorySegment from = layouts.descriptor(x.type(), source);
        MemorySegment to = layouts.descriptor(kept, Layout.rowMajor(kept.shape()));
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_reduction_primitive_desc_create", problem.name() + " " + op.name() + " of " + x.type(),
                out -> onednn_h.dnnl_reduction_primitive_desc_create(out, lowering.device().engine(), algorithm(op),
                from,
                        to, 0, 0, lowering.device().attributes().plain()));
        return new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), Stored.of(problem.inputs().getFirst().type(), source))
                .output(onednn_h.DNNL_ARG_DST(), Stored.rowMajor(type))
                .build();
    }

    private static int algorithm(Reduce op) {
        return switch (op.reduction()) {
            case SUM -> onednn_h.dnnl_reduction_sum();
            case MEAN -> onednn_h.dnnl_reduction_mean();
            case MAX -> onednn_h.dnnl_reduction_max();
        };
    }

    private KernelPlan copy(Problem problem) {
        Layout plain = Layout.rowMajor(problem.inputs().getFirst().type().shape());
        MemorySegment data = descriptors.of(problem.inputs().getFirst().type(), plain);
        return reorder(problem, data, plain, data, Stored.rowMajor(problem.outputs().getFirst()));
    }

    KernelPlan broadcast(Problem problem) {
        Operand x = problem.inputs().getFirst();
        TensorType type = problem.outputs().getFirst();
        Strided layouts = new Strided(descriptors, type.shape());
        Layout result = Layout.channelsLast(type.shape());
        Layout source = layouts.operand(x, result);
        return reorder(problem, layouts.repeated(x.type(), source), source, layouts.descriptor(type, result),
                Stored.of(type, result));
    }

    private KernelPlan reorder(
            Problem problem, MemorySegment from, Layout source, MemorySegment to, Stored result) {
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_reorder_primitive_desc_create",
                problem.name() + " " + problem.op().name() + " of " + problem.inputs().getFirst().type(),
                out -> onednn_h.dnnl_reorder_primitive_desc_create(out, from, lowering.device().engine(), to,
                        lowering.device().engine(), lowering.device().attributes().plain()));
        return new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), Stored.of(problem.inputs().getFirst().type(), source))
                .output(onednn_h.DNNL_ARG_DST(), result)
                .build();
    }
}
