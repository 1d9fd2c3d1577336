package dev.gatun.engine;

import dev.gatun.shape.Bfloat16;
import dev.gatun.shape.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Conversion between arrays of floats and host memory of any element type. */
public final class FloatArrays {
    private FloatArrays() {}

    /** Returns the elements of host memory, each rounded to the nearest float where that has fewer digits. */
    public static float[] read(MemorySegment memory, DType dtype) {
        float[] values = new float[Math.toIntExact(memory.byteSize() / dtype.bytes())];
        switch (dtype) {
            case F32 -> MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, values, 0, values.length);
            case F64, BF16, F16, I64, I32, I8, U8 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = element(memory, dtype, i);
                }
            }
        }
        return values;
    }

    private static float element(MemorySegment memory, DType dtype, int index) {
        return switch (dtype) {
            case F64 -> (float) memory.getAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, index);
            case F32 -> memory.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, index);
            case BF16 -> Bfloat16.toFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, index));
            case F16 -> Float.float16ToFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, index));
            case I64 -> memory.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, index);
            case I32 -> memory.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, index);
            case I8 -> memory.get(ValueLayout.JAVA_BYTE, index);
            case U8 -> Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, index));
        };
    }

    /**
     * Writes floats to host memory of a floating-point type, rounded to nearest.
     *
     * @throws IllegalArgumentException if the elements are integers, which floats cannot set without loss
     */
    public static void write(float[] values, MemorySegment memory, DType dtype) {
        switch (dtype) {
            case F32 -> MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, values.length);
            case F64 -> {
                for (int i = 0; i < values.length; i++) {
                    memory.setAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i, values[i]);
                }
            }
            case BF16, F16 -> {
                for (int i = 0; i < values.length; i++) {
                    memory.setAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i, narrow(values[i], dtype));
                }
            }
            case I64, I32, I8, U8 -> throw new IllegalArgumentException(
                    "elements of " + dtype.lowerCase() + " cannot be set from floats");
        }
    }

    private static short narrow(float value, DType dtype) {
        return dtype == DType.BF16 ? Bfloat16.nearest(value) : Float.floatToFloat16(value);
    }
}
