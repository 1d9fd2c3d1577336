package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Operand;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.op.Binary;
import dev.gatun.op.BinaryFunction;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;

/** Functions of two variables: over memory as it lies for equal shapes, by strides where one is repeated. */
final class BinaryPlans {
    private final CpuLowering lowering;
    private final MemoryDescriptors descriptors;

    BinaryPlans(CpuLowering lowering) {
        this.lowering = lowering;
        this.descriptors = lowering.device().descriptors();
    }

    KernelPlan binary(Problem problem, Binary op) {
        Shape shape = problem.outputs().getFirst().shape();
        boolean equal = problem.inputs().stream().allMatch(operand -> operand.type().shape().equals(shape));
        if (!equal) {
            return repeated(problem, op);
        }
        return op.function() == BinaryFunction.ADD
                ? ElementwisePlans.add(problem)
                : equal(problem, op);
    }

    private static int algorithm(BinaryFunction function) {
        return switch (function) {
            case ADD -> onednn_h.dnnl_binary_add();
            case SUBTRACT -> onednn_h.dnnl_binary_sub();
            case MULTIPLY -> onednn_h.dnnl_binary_mul();
            case DIVIDE -> onednn_h.dnnl_binary_div();
            case MAXIMUM -> onednn_h.dnnl_binary_max();
            case MINIMUM -> onednn_h.dnnl_binary_min();
            case GREATER -> onednn_h.dnnl_binary_gt();
            case GREATER_EQUAL -> onednn_h.dnnl_binary_ge();
        };
    }

    private KernelPlan equal(Problem problem, Binary op) {
        Stored stored = ElementwisePlans.stored(problem);
        Shape row = Shape.of(stored.elements());
        MemorySegment flat = descriptors.of(new TensorType(DType.F32, row), Layout.rowMajor(row));
        return new PrimitivePlan.Builder(lowering, primitive(problem, op, flat, flat, flat))
                .input(onednn_h.DNNL_ARG_SRC_0(), stored)
                .input(onednn_h.DNNL_ARG_SRC_1(), stored)
                .output(onednn_h.DNNL_ARG_DST(), stored)
                .inPlace(op.inPlaceInput())
                .build();
    }

    private KernelPlan repeated(Problem problem, Binary op) {
        TensorType type = problem.outputs().getFirst();
        Strided layouts = new Strided(descriptors, type.shape());
        Layout result = layouts.result(problem.inputs());
        Layout left = layouts.operand(problem.inputs().get(0), result);
        Layout right = layouts.operand(problem.inputs().get(1), result);
        PrimitiveDescriptor descriptor = primitive(problem, op,
                layouts.descriptor(problem.inputs().get(0).type(), left),
                layouts.descriptor(problem.inputs().get(1).type(), right), layouts.descriptor(type, result));
        PrimitivePlan.Builder plan = new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC_0(), Stored.of(problem.inputs().get(0).type(), left))
                .input(onednn_h.DNNL_ARG_SRC_1(), Stored.of(problem.inputs().get(1).type(), right))
                .output(onednn_h.DNNL_ARG_DST(), Stored.of(type, result));
        Operand first = problem.inputs().getFirst();
        return first.type().equals(type) && left.sameOrder(type.shape(), result)
                ? plan.inPlace(op.inPlaceInput()).build()
                : plan.build();
    }

    private PrimitiveDescriptor primitive(
            Problem problem, Binary op, MemorySegment a, MemorySegment b, MemorySegment dst) {
        return PrimitiveDescriptor.create(lowering.owner(), "dnnl_binary_primitive_desc_create",
                problem.name() + " " + op.name() + " of " + problem.inputs().get(0).type() + " and "
                        + problem.inputs().get(1).type(),
                out -> onednn_h.dnnl_binary_primitive_desc_create(out, lowering.device().engine(),
                        algorithm(op.function()), a, b, dst, lowering.device().attributes().plain()));
    }
}
