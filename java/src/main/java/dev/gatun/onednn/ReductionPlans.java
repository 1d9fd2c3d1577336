package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.Operand;
import dev.gatun.backend.Stored;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.op.Reduce;
import dev.gatun.shape.Layout;
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

    KernelPlan reduce(KernelRequest request, Reduce op) {
        Operand x = request.inputs().getFirst();
        TensorType type = request.outputs().getFirst();
        if (x.type().shape().elements() == type.shape().elements()) {
            return copy(request); // every element alone
        }
        Strided layouts = new Strided(descriptors, x.type().shape());
        Layout source = layouts.operand(x, Layout.channelsLast(x.type().shape()));
        TensorType kept = x.type().withShape(op.keptShape(x.type().shape()));
        MemorySegment from = layouts.descriptor(x.type(), source);
        MemorySegment to = layouts.descriptor(kept, Layout.rowMajor(kept.shape()));
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_reduction_primitive_desc_create", request.name() + " " + op.name() + " of " + x.type(),
                out -> onednn_h.dnnl_reduction_primitive_desc_create(out, lowering.device().engine(), algorithm(op), from,
                        to, 0, 0, lowering.device().attributes().plain()));
        return new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), source)
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

    private KernelPlan copy(KernelRequest request) {
        Layout plain = Layout.rowMajor(request.inputs().getFirst().type().shape());
        MemorySegment data = descriptors.of(request.inputs().getFirst().type(), plain);
        return reorder(request, data, plain, data, Stored.rowMajor(request.outputs().getFirst()));
    }

    KernelPlan broadcast(KernelRequest request) {
        Operand x = request.inputs().getFirst();
        TensorType type = request.outputs().getFirst();
        Strided layouts = new Strided(descriptors, type.shape());
        Layout result = Layout.channelsLast(type.shape());
        Layout source = layouts.operand(x, result);
        return reorder(request, layouts.repeated(x.type(), source), source, layouts.descriptor(type, result),
                Stored.of(type, result));
    }

    private KernelPlan reorder(
            KernelRequest request, MemorySegment from, Layout source, MemorySegment to, Stored result) {
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(), "dnnl_reorder_primitive_desc_create",
                request.name() + " " + request.op().name() + " of " + request.inputs().getFirst().type(),
                out -> onednn_h.dnnl_reorder_primitive_desc_create(out, from, lowering.device().engine(), to,
                        lowering.device().engine(), lowering.device().attributes().plain()));
        return new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), source)
                .output(onednn_h.DNNL_ARG_DST(), result)
                .build();
    }
}
