package dev.gatun.reference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.gatun.shape.Bfloat16;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;

/** Row-major memory read and written as doubles or longs, whatever it stores: kernels compute in double throughout. */
public final class Tensor {
    private final DType dtype;
    private final Shape shape;
    private final MemorySegment memory;

    public Tensor(TensorType type, MemorySegment memory) {
        this.dtype = type.dtype();
        this.shape = type.shape();
        this.memory = memory;
    }

    public Shape shape() {
        return shape;
    }

    public long elements() {
        return shape.elements();
    }

    public long extent(int dimension) {
        return shape.extent(dimension);
    }

    public double get(long index) {
        return switch (dtype) {
            case F64 -> memory.getAtIndex(JAVA_DOUBLE_UNALIGNED, index);
            case F32 -> memory.getAtIndex(JAVA_FLOAT_UNALIGNED, index);
            case BF16 -> Bfloat16.toFloat(memory.getAtIndex(JAVA_SHORT_UNALIGNED, index));
            case F16 -> Float.float16ToFloat(memory.getAtIndex(JAVA_SHORT_UNALIGNED, index));
            case I8, U8 -> getLong(index); // quantized values, to be compared and added like any other
            case I64, I32 -> throw new IllegalStateException("no floating-point elements: " + dtype);
        };
    }

    public void set(long index, double value) {
        switch (dtype) {
            case F64 -> memory.setAtIndex(JAVA_DOUBLE_UNALIGNED, index, value);
            case F32 -> memory.setAtIndex(JAVA_FLOAT_UNALIGNED, index, (float) value);
            case BF16 -> memory.setAtIndex(JAVA_SHORT_UNALIGNED, index, Bfloat16.nearest(toOdd(value)));
            case F16 -> memory.setAtIndex(JAVA_SHORT_UNALIGNED, index, Float.floatToFloat16(toOdd(value)));
            case I8, U8 -> setLong(index, (long) value);
            case I64, I32 -> throw new IllegalStateException("no floating-point elements: " + dtype);
        }
    }

    /**
     * An f32 number from which 16 bits are rounded as they would be from the double itself: towards zero, and with the
     * last bit set where that was not exact, so that no tie appears that was none (Boldo and Melquiond, 2008).
     */
    private static float toOdd(double value) {
        float nearest = (float) value;
        if (nearest == value || Double.isNaN(value)) {
            return nearest;
        }
        float truncated = Math.abs((double) nearest) > Math.abs(value)
                ? Float.intBitsToFloat(Float.floatToRawIntBits(nearest) - 1) : nearest;
        return Float.intBitsToFloat(Float.floatToRawIntBits(truncated) | 1);
    }

    public long getLong(long index) {
        return switch (dtype) {
            case I64 -> memory.getAtIndex(JAVA_LONG_UNALIGNED, index);
            case I32 -> memory.getAtIndex(JAVA_INT_UNALIGNED, index);
            case U8 -> Byte.toUnsignedLong(memory.get(JAVA_BYTE, index));
            case I8 -> memory.get(JAVA_BYTE, index);
            default -> throw new IllegalStateException("no integer elements: " + dtype);
        };
    }

    public void setLong(long index, long value) {
        switch (dtype) {
            case I64 -> memory.setAtIndex(JAVA_LONG_UNALIGNED, index, value);
            case I32 -> memory.setAtIndex(JAVA_INT_UNALIGNED, index, Math.toIntExact(value));
            case U8, I8 -> memory.set(JAVA_BYTE, index, (byte) value);
            default -> throw new IllegalStateException("no integer elements: " + dtype);
        }
    }

    /** Copies one element as it is; both are of one type. */
    void copyElement(long index, Tensor other, long from) {
        MemorySegment.copy(other.memory, from * dtype.bytes(), memory, index * dtype.bytes(), dtype.bytes());
    }

    /** Copies the elements as they are, unless both share one memory. */
    public void copyFrom(Tensor other) {
        if (memory.address() != other.memory.address() || !memory.heapBase().equals(other.memory.heapBase())) {
            MemorySegment.copy(other.memory, 0, memory, 0, elements() * dtype.bytes());
        }
    }
}
