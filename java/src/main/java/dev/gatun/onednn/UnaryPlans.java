package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Stored;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.op.Affine;
import dev.gatun.op.Op;
import dev.gatun.op.Unary;
import dev.gatun.op.UnaryBackward;
import dev.gatun.op.UnaryFunction;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;

/** Functions of one variable and their gradients, as oneDNN's elementwise primitives over memory as it lies. */
final class UnaryPlans {
    private final CpuLowering lowering;
    private final MemoryDescriptors descriptors;

    UnaryPlans(CpuLowering lowering) {
        this.lowering = lowering;
        this.descriptors = lowering.device().descriptors();
    }

    /** A function in oneDNN's terms; {@code backward} computes the slope from what {@link UnaryFunction#slopeFrom} says. */
    private record Algorithm(int forward, int backward, float alpha, float beta) {
        static Algorithm of(UnaryFunction function) {
            return switch (function) {
                case RELU -> same(onednn_h.dnnl_eltwise_relu(), onednn_h.dnnl_eltwise_relu_use_dst_for_bwd());
                case SIGMOID -> same(onednn_h.dnnl_eltwise_logistic(), onednn_h.dnnl_eltwise_logistic_use_dst_for_bwd());
                case TANH -> same(onednn_h.dnnl_eltwise_tanh(), onednn_h.dnnl_eltwise_tanh_use_dst_for_bwd());
                case EXP -> same(onednn_h.dnnl_eltwise_exp(), onednn_h.dnnl_eltwise_exp_use_dst_for_bwd());
                case LOG -> same(onednn_h.dnnl_eltwise_log(), onednn_h.dnnl_eltwise_log());
                case SQRT -> same(onednn_h.dnnl_eltwise_sqrt(), onednn_h.dnnl_eltwise_sqrt_use_dst_for_bwd());
                case SQUARE -> same(onednn_h.dnnl_eltwise_square(), onednn_h.dnnl_eltwise_square());
                case ABS -> same(onednn_h.dnnl_eltwise_abs(), onednn_h.dnnl_eltwise_abs());
                case NEGATE -> linear(-1, 0);
                case RECIPROCAL -> new Algorithm(onednn_h.dnnl_eltwise_pow(), onednn_h.dnnl_eltwise_pow(), 1, -1);
            };
        }

        private static Algorithm same(int forward, int backward) {
            return new Algorithm(forward, backward, 0, 0);
        }

        static Algorithm linear(double scale, double shift) {
            return new Algorithm(
                    onednn_h.dnnl_eltwise_linear(), onednn_h.dnnl_eltwise_linear(), (float) scale, (float) shift);
        }
    }

    KernelPlan unary(Problem problem, Unary op) {
        return op.function() == UnaryFunction.RELU
                ? ElementwisePlans.relu(problem, op)
                : forward(problem, op, Algorithm.of(op.function()));
    }

    KernelPlan affine(Problem problem, Affine op) {
        return forward(problem, op, Algorithm.linear(op.scale(), op.shift()));
    }

    KernelPlan unaryBackward(Problem problem, UnaryBackward op) {
        return op.function() == UnaryFunction.RELU
                ? ElementwisePlans.reluBackward(problem, op)
                : backward(problem, op, Algorithm.of(op.function()));
    }

    private KernelPlan forward(Problem problem, Op op, Algorithm algorithm) {
        Stored stored = ElementwisePlans.stored(problem, op);
        return new PrimitivePlan.Builder(lowering, primitive(problem, op, algorithm, algorithm.forward, flat(stored)))
                .input(onednn_h.DNNL_ARG_SRC(), stored)
                .output(onednn_h.DNNL_ARG_DST(), stored)
                .inPlace(op.inPlaceInput())
                .build();
    }

    private KernelPlan backward(Problem problem, UnaryBackward op, Algorithm algorithm) {
        Stored stored = ElementwisePlans.stored(problem, op);
        MemorySegment data = flat(stored);
        PrimitiveDescriptor hint = primitive(problem, op, algorithm, algorithm.backward, data);
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_eltwise_backward_primitive_desc_create", detail(problem, op),
                out -> onednn_h.dnnl_eltwise_backward_primitive_desc_create(out, lowering.device().engine(),
                        algorithm.backward, data, data, data, algorithm.alpha, algorithm.beta, hint.handle(),
                        lowering.device().attributes().plain()));
        int known = switch (op.function().slopeFrom()) {
            case ARGUMENT -> onednn_h.DNNL_ARG_SRC();
            case RESULT -> onednn_h.DNNL_ARG_DST();
        };
        return new PrimitivePlan.Builder(lowering, descriptor)
                .input(known, stored)
                .input(onednn_h.DNNL_ARG_DIFF_DST(), stored)
                .output(onednn_h.DNNL_ARG_DIFF_SRC(), stored)
                .inPlace(op.inPlaceInput())
                .build();
    }

    private PrimitiveDescriptor primitive(Problem problem, Op op, Algorithm algorithm, int kind, MemorySegment data) {
        return PrimitiveDescriptor.create(lowering.owner(), "dnnl_eltwise_forward_primitive_desc_create", detail(problem, op),
                out -> onednn_h.dnnl_eltwise_forward_primitive_desc_create(out, lowering.device().engine(),
                        onednn_h.dnnl_forward_training(), kind, data, data, algorithm.alpha, algorithm.beta,
                        lowering.device().attributes().plain()));
    }

    /** All elements in a row, padding included. */
    private MemorySegment flat(Stored stored) {
        Shape row = Shape.of(stored.elements());
        return descriptors.of(new TensorType(DType.F32, row), Layout.rowMajor(row));
    }

    private static String detail(Problem problem, Op op) {
        return problem.name() + " " + op.name() + " of " + problem.outputs().getFirst();
    }
}
