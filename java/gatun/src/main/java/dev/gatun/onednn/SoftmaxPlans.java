package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Operand;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.onednn.plan.PrimitivePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.MemoryDescriptors;
import dev.gatun.onednn.primitive.PrimitiveDescriptor;
import dev.gatun.op.Softmax;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;

/** oneDNN's softmax and its gradient, along any dimension. */
final class SoftmaxPlans {
    private final CpuLowering lowering;
    private final MemoryDescriptors descriptors;

    SoftmaxPlans(CpuLowering lowering) {
        this.lowering = lowering;
        this.descriptors = lowering.engine().descriptors();
    }

    KernelPlan forward(Problem problem, Softmax op) {
        Stored stored = stored(problem);
        return new PrimitivePlan.Builder(lowering, primitive(problem, op, descriptors.of(stored)))
                .input(onednn_h.DNNL_ARG_SRC(), stored)
                .output(onednn_h.DNNL_ARG_DST(), stored)
                .inPlace(0)
                .build();
    }

    KernelPlan backward(Problem problem, Softmax op) {
        Stored stored = stored(problem);
        MemorySegment data = descriptors.of(stored);
        PrimitiveDescriptor hint = primitive(problem, op, data);
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_softmax_backward_primitive_desc_create", problem.detail(),
                out -> onednn_h.dnnl_softmax_backward_primitive_desc_create(out, lowering.engine().handle(),
                        algorithm(op), data, data, data, op.axis(), hint.handle(),
                        lowering.engine().attributes().plain()));
        return new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_DST(), stored)
                .input(onednn_h.DNNL_ARG_DIFF_DST(), stored)
                .output(onednn_h.DNNL_ARG_DIFF_SRC(), stored)
                .inPlace(1)
                .build();
    }

    private PrimitiveDescriptor primitive(Problem problem, Softmax op, MemorySegment data) {
        return PrimitiveDescriptor.create(lowering.owner(), "dnnl_softmax_forward_primitive_desc_create",
                problem.detail(),
                out -> onednn_h.dnnl_softmax_forward_primitive_desc_create(out, lowering.engine().handle(),
                        onednn_h.dnnl_forward_training(), algorithm(op), data, data, op.axis(),
                        lowering.engine().attributes().plain()));
    }

    private static int algorithm(Softmax op) {
        return switch (op.kind()) {
            case SOFTMAX -> onednn_h.dnnl_softmax_accurate();
            case LOG_SOFTMAX -> onednn_h.dnnl_softmax_log();
        };
    }

    /** As the first operand that has a layout without blocks lies. */
    private static Stored stored(Problem problem) {
        TensorType type = problem.outputs().getFirst();
        return problem.inputs().stream().map(Operand::stored).flatMap(Stream::ofNullable)
                .filter(stored -> !stored.layout().hasBlocks()
                        && stored.type().shape().equals(type.shape()))
                .findFirst().orElse(Stored.rowMajor(type));
    }
}
