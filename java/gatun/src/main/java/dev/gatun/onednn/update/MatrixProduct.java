package dev.gatun.onednn.update;

import dev.gatun.bindings.onednn.dnnl_exec_arg_t;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.onednn.primitive.CpuEngine;
import dev.gatun.onednn.primitive.MemoryDescriptors;
import dev.gatun.onednn.primitive.Onednn;
import dev.gatun.onednn.primitive.PrimitiveDescriptor;
import dev.gatun.shape.DType;
import java.lang.foreign.MemorySegment;

/** Products of f32 matrices of one shape, {@code (rows, inner) * (inner, columns)}, by oneDNN's matmul. */
final class MatrixProduct {
    private final CpuEngine engine;
    private final NativeOwner owner;
    private final PrimitiveDescriptor descriptor;
    private final MemorySegment left;
    private final MemorySegment right;
    private final MemorySegment result;

    /** How the right matrix lies. */
    enum Right {
        /** Row-major. */
        PLAIN,
        /** As the row-major transpose. */
        TRANSPOSED
    }

    MatrixProduct(CpuEngine engine, NativeOwner owner, long rows, long inner, long columns, Right layout) {
        this.engine = engine;
        this.owner = owner;
        MemoryDescriptors descriptors = new MemoryDescriptors(owner);
        String detail = rows + "x" + inner + " * " + inner + "x" + columns;
        left = rowMajor(descriptors, rows, inner, detail);
        right = switch (layout) {
            case PLAIN -> rowMajor(descriptors, inner, columns, detail);
            case TRANSPOSED ->
                descriptors.strides(DType.F32, new long[] {inner, columns}, new long[] {1, inner}, detail);
        };
        result = rowMajor(descriptors, rows, columns, detail);
        descriptor = PrimitiveDescriptor.create(owner, "dnnl_matmul_primitive_desc_create", detail,
                out -> onednn_h.dnnl_matmul_primitive_desc_create(out, engine.handle(), left, right, MemorySegment.NULL,
                        result, engine.attributes().plain()));
    }

    private static MemorySegment rowMajor(MemoryDescriptors descriptors, long rows, long columns, String detail) {
        return descriptors.strides(DType.F32, new long[] {rows, columns}, new long[] {columns, 1}, detail);
    }

    long scratchBytes() {
        return descriptor.scratchBytes();
    }

    /** A product on given memory, which lives as long as the owner. */
    Bound bind(MemorySegment leftData, MemorySegment rightData, MemorySegment resultData, MemorySegment scratch) {
        MemorySegment primitive = Onednn.primitive(owner, descriptor.handle(), descriptor.detail());
        MemorySegment arguments = dnnl_exec_arg_t.allocateArray(Bound.ARGUMENTS, owner.arena());
        set(arguments, 0, onednn_h.DNNL_ARG_SRC(), left, leftData);
        set(arguments, 1, onednn_h.DNNL_ARG_WEIGHTS(), right, rightData);
        set(arguments, 2, onednn_h.DNNL_ARG_DST(), result, resultData);
        set(arguments, 3, onednn_h.DNNL_ARG_SCRATCHPAD(), descriptor.argument(onednn_h.DNNL_ARG_SCRATCHPAD()), scratch);
        return new Bound(primitive, engine.stream(), arguments, descriptor.detail());
    }

    private void set(MemorySegment arguments, int index, int code, MemorySegment shape, MemorySegment data) {
        if (data.byteSize() < Onednn.memorySize(shape)) {
            throw new IllegalArgumentException(descriptor.detail() + " needs " + Onednn.memorySize(shape)
                    + " bytes for argument " + index + ", got " + data.byteSize());
        }
        MemorySegment slot = dnnl_exec_arg_t.asSlice(arguments, index);
        dnnl_exec_arg_t.arg(slot, code);
        dnnl_exec_arg_t.memory(slot, Onednn.memory(owner, shape, engine.handle(), data));
    }

    /** A product ready to run; allocates nothing. */
    record Bound(MemorySegment primitive, MemorySegment stream, MemorySegment arguments, String detail) {
        private static final int ARGUMENTS = 4;

        void run() {
            Onednn.execute(primitive, stream, ARGUMENTS, arguments, detail);
        }
    }
}
