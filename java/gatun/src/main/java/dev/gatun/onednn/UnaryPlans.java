package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.onednn.plan.KeepNanPlan;
import dev.gatun.onednn.plan.PrimitivePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.Eltwise;
import dev.gatun.onednn.primitive.MemoryDescriptors;
import dev.gatun.onednn.primitive.PrimitiveDescriptor;
import dev.gatun.op.Affine;
import dev.gatun.op.Op;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;

/** Functions of one variable and their gradients, as oneDNN's elementwise primitives over memory as it lies. */
final class UnaryPlans {
    private final CpuLowering lowering;
    private final MemoryDescriptors descriptors;

    UnaryPlans(CpuLowering lowering) {
        this.lowering = lowering;
        this.descriptors = lowering.engine().descriptors();
    }

    KernelPlan unary(Problem problem, ScalarFunction function) {
        return switch (function) {
            case UnaryFunction.RELU -> ElementwisePlans.relu(problem);
            case UnaryFunction.HARD_SIGMOID -> ElementwisePlans.clip(problem, 1.0 / 6, 0.5, 0, 1);
            case ParametricFunction.Clip(double low, double high) -> ElementwisePlans.clip(problem, 1, 0, low, high);
            case UnaryFunction.EXP -> new KeepNanPlan(
                    forward(problem, Eltwise.of(function), Op.NOT_IN_PLACE), lowering.owner());
            case UnaryFunction _ -> forward(problem, Eltwise.of(function), 0);
            case ParametricFunction _ -> forward(problem, Eltwise.of(function), 0);
        };
    }

    KernelPlan affine(Problem problem, Affine op) {
        return forward(problem, Eltwise.linear(op.scale(), op.shift()), op.inPlaceInput());
    }

    KernelPlan unaryBackward(Problem problem, ScalarFunction function) {
        return function == UnaryFunction.RELU
                ? ElementwisePlans.reluBackward(problem)
                : backward(problem, Eltwise.of(function), function);
    }

    private KernelPlan forward(Problem problem, Eltwise algorithm, int inPlace) {
        Stored stored = ElementwisePlans.stored(problem);
        return new PrimitivePlan.Builder(lowering, primitive(problem, algorithm, algorithm.forward(), flat(stored)))
                .input(onednn_h.DNNL_ARG_SRC(), stored)
                .output(onednn_h.DNNL_ARG_DST(), stored)
                .inPlace(inPlace)
                .build();
    }

    private KernelPlan backward(Problem problem, Eltwise algorithm, ScalarFunction function) {
        Stored stored = ElementwisePlans.stored(problem);
        MemorySegment data = flat(stored);
        PrimitiveDescriptor hint = primitive(problem, algorithm, algorithm.backward(), data);
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_eltwise_backward_primitive_desc_create", problem.detail(),
                out -> onednn_h.dnnl_eltwise_backward_primitive_desc_create(out, lowering.engine().handle(),
                        algorithm.backward(), data, data, data, algorithm.alpha(), algorithm.beta(), hint.handle(),
                        lowering.engine().attributes().plain()));
        int known = switch (function.slopeFrom()) {
            case ARGUMENT -> onednn_h.DNNL_ARG_SRC();
            case RESULT -> onednn_h.DNNL_ARG_DST();
        };
        return new PrimitivePlan.Builder(lowering, descriptor)
                .input(known, stored)
                .input(onednn_h.DNNL_ARG_DIFF_DST(), stored)
                .output(onednn_h.DNNL_ARG_DIFF_SRC(), stored)
                .inPlace(problem.op().inPlaceInput())
                .build();
    }

    private PrimitiveDescriptor primitive(Problem problem, Eltwise algorithm, int kind, MemorySegment data) {
        return PrimitiveDescriptor.create(lowering.owner(), "dnnl_eltwise_forward_primitive_desc_create",
                problem.detail(),
                out -> onednn_h.dnnl_eltwise_forward_primitive_desc_create(out, lowering.engine().handle(),
                        onednn_h.dnnl_forward_training(), kind, data, data, algorithm.alpha(), algorithm.beta(),
                        lowering.engine().attributes().plain()));
    }

    /** All elements in a row, padding included. */
    private MemorySegment flat(Stored stored) {
        Shape row = Shape.of(stored.elements());
        return descriptors.of(new TensorType(DType.F32, row), Layout.rowMajor(row));
    }
}
