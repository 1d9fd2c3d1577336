package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.onednn.plan.PrimitivePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.Eltwise;
import dev.gatun.onednn.primitive.PrimitiveDescriptor;
import dev.gatun.op.Affine;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * Functions of one variable that oneDNN's elementwise primitive computes, over memory as it lies: a factor and a
 * summand, and those in which it is faster than our own kernel.
 */
final class EltwisePlans {
    private final CpuLowering lowering;

    EltwisePlans(CpuLowering lowering) {
        this.lowering = lowering;
    }

    KernelPlan affine(Problem problem, Affine op) {
        return plan(problem, Eltwise.linear(op.scale(), op.shift()));
    }

    KernelPlan unary(Problem problem, ScalarFunction function) {
        boolean faster = function == UnaryFunction.GELU
                && problem.outputs().getFirst().dtype() == DType.F32;
        return faster ? plan(problem, Eltwise.of(function)) : ElementwisePlans.unary(problem, function);
    }

    private KernelPlan plan(Problem problem, Eltwise function) {
        Stored stored = ElementwisePlans.stored(problem);
        Shape row = Shape.of(stored.elements()); // padding included
        MemorySegment data = lowering.engine().descriptors().of(
                new TensorType(DType.F32, row), Layout.rowMajor(row));
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_eltwise_forward_primitive_desc_create", problem.detail(),
                out -> onednn_h.dnnl_eltwise_forward_primitive_desc_create(out, lowering.engine().handle(),
                        onednn_h.dnnl_forward_training(), function.algorithm(), data, data, function.alpha(),
                        function.beta(), lowering.engine().attributes().plain()));
        return new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), stored)
                .output(onednn_h.DNNL_ARG_DST(), stored)
                .inPlace(problem.op().inPlaceInput())
                .build();
    }
}
