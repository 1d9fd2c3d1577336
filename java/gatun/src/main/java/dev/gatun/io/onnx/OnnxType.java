package dev.gatun.io.onnx;

import dev.gatun.shape.DType;

/** The numbers of element types in {@code TensorProto.DataType}. */
final class OnnxType {
    static final long FLOAT = 1;
    static final long INT32 = 6;
    static final long INT64 = 7;
    static final long BOOL = 9;

    private OnnxType() {}

    static long of(DType dtype) {
        return switch (dtype) {
            case F32 -> FLOAT;
            case U8 -> 2;
            case I8 -> 3;
            case I32 -> INT32;
            case I64 -> INT64;
            case F16 -> 10;
            case F64 -> 11;
            case BF16 -> 16;
        };
    }
}
