package dev.gatun.io;

import dev.gatun.shape.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Little-endian floating-point numbers of another type as those of binary32. */
interface FloatConversion {
    ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The element of an index. */
    float element(MemorySegment source, long index);

    /** All elements. */
    default void convert(MemorySegment source, MemorySegment target) {
        long elements = target.byteSize() / Float.BYTES;
        for (long i = 0; i < elements; i++) {
            target.set(FLOAT, i * Float.BYTES, element(source, i));
        }
    }

    static FloatConversion of(DType from) {
        return switch (from) {
            case BF16 -> (source, i) -> Float.intBitsToFloat(source.get(SHORT, i * Short.BYTES) << Short.SIZE);
            case F16 -> (source, i) -> Float.float16ToFloat(source.get(SHORT, i * Short.BYTES));
            case F64 -> (source, i) -> (float) source.get(DOUBLE, i * Double.BYTES);
            case F32 -> (source, i) -> source.get(FLOAT, i * Float.BYTES);
            case I64, I32, I8, U8 -> throw new IllegalArgumentException(from + " is no floating-point type");
        };
    }
}
