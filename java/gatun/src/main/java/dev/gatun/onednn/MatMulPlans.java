package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.onednn.plan.PrimitivePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.Faults;
import dev.gatun.onednn.primitive.MemoryDescriptors;
import dev.gatun.onednn.primitive.PrimitiveDescriptor;
import dev.gatun.op.MatMul;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Products of row-major matrices. */
final class MatMulPlans {
    private final CpuLowering lowering;
    private final MemoryDescriptors descriptors;

    MatMulPlans(CpuLowering lowering) {
        this.lowering = lowering;
        this.descriptors = lowering.engine().descriptors();
    }

    KernelPlan matMul(Problem problem, MatMul op) {
        TensorType a = problem.inputs().get(0).type();
        TensorType b = problem.inputs().get(1).type();
        TensorType y = problem.outputs().getFirst();
        int rank = y.shape().rank();
        for (TensorType type : new TensorType[] {a, b}) {
            for (long extent : type.shape().extents()) {
                Faults.checkCountable("the extents of a matrix", extent);
            }
        }
        MemorySegment left = matrices(a, op.a(), rank);
        MemorySegment right = matrices(b, op.b(), rank);
        MemorySegment result = matrices(y, MatMul.Given.PLAIN, rank);
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_matmul_primitive_desc_create",
                problem.name() + " " + a + " * " + b,
                out -> onednn_h.dnnl_matmul_primitive_desc_create(out, lowering.engine().handle(), left, right,
                        MemorySegment.NULL, result, lowering.engine().attributes().plain()));
        return new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), Stored.rowMajor(a))
                .input(onednn_h.DNNL_ARG_WEIGHTS(), Stored.rowMajor(b))
                .output(onednn_h.DNNL_ARG_DST(), Stored.rowMajor(y))
                .build();
    }

    /** Matrices as they enter the product, with leading dimensions of extent 1 up to the rank of the result. */
    private MemorySegment matrices(TensorType type, MatMul.Given given, int rank) {
        Shape shape = type.shape();
        int missing = rank - shape.rank();
        long[] extents = new long[rank];
        long[] strides = new long[rank];
        Arrays.fill(extents, 0, missing, 1);
        Arrays.fill(strides, 0, missing, Math.max(1, shape.elements()));
        System.arraycopy(shape.extents(), 0, extents, missing, shape.rank());
        System.arraycopy(shape.rowMajorStrides(), 0, strides, missing, shape.rank());
        if (given == MatMul.Given.TRANSPOSED) {
            swapLast(extents);
            swapLast(strides);
            if (extents[rank - 2] == 1) { // a row as it lies: of a column turned round, kernels of 16 bits read others
                strides[rank - 2] = extents[rank - 1] * strides[rank - 1];
            }
        }
        return descriptors.strides(type.dtype(), extents, strides, type.toString());
    }

    private static void swapLast(long[] values) {
        int last = values.length - 1;
        long value = values[last];
        values[last] = values[last - 1];
        values[last - 1] = value;
    }
}
