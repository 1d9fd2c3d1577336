package dev.gatun.io;

import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The type of a tensor's elements in a safetensors file: also those that the library does not compute with. */
public enum SafetensorsType {
    /** IEEE 754 binary64. */
    F64(64, DType.F64),
    /** IEEE 754 binary32. */
    F32(32, DType.F32),
    /** The upper half of a binary32. */
    BF16(16, DType.BF16),
    /** IEEE 754 binary16. */
    F16(16, DType.F16),
    /** Two's complement, 64 bits. */
    I64(64, DType.I64),
    /** Two's complement, 32 bits. */
    I32(32, DType.I32),
    /** Two's complement, 16 bits. */
    I16(16, null),
    /** Two's complement, 8 bits. */
    I8(8, DType.I8),
    /** Unsigned, 64 bits. */
    U64(64, null),
    /** Unsigned, 32 bits. */
    U32(32, null),
    /** Unsigned, 16 bits. */
    U16(16, null),
    /** Unsigned, 8 bits. */
    U8(8, DType.U8),
    /** A byte, 0 or 1. */
    BOOL(8, null),
    /** Floating point of 8 bits, 4 of them the exponent; no infinities. */
    F8_E4M3(8, null),
    /** The same with one zero and one NaN. */
    F8_E4M3FNUZ(8, null),
    /** Floating point of 8 bits, 5 of them the exponent. */
    F8_E5M2(8, null),
    /** The same with one zero and one NaN. */
    F8_E5M2FNUZ(8, null),
    /** A power of two in 8 bits: the scale of a block. */
    F8_E8M0(8, null),
    /** Floating point of 6 bits, 3 of them the exponent. */
    F6_E3M2(6, null),
    /** Floating point of 6 bits, 2 of them the exponent. */
    F6_E2M3(6, null),
    /** Floating point of 4 bits. */
    F4(4, null),
    /** A complex number of two binary32. */
    C64(64, null);

    private final int bits;
    private final @Nullable DType dtype;

    SafetensorsType(int bits, @Nullable DType dtype) {
        this.bits = bits;
        this.dtype = dtype;
    }

    /** The same type where the library computes with it. */
    public Optional<DType> dtype() {
        return Optional.ofNullable(dtype);
    }

    /** Whether {@link SafetensorsFile#readFloats} reads it: floating-point numbers of 16, 32 or 64 bits. */
    public boolean isFloating() {
        return dtype != null && dtype.isFloating();
    }

    /** The type of a name in a header. */
    static Optional<SafetensorsType> named(@Nullable Object name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    /**
     * Bytes of a tensor; empty when its elements do not fill whole bytes.
     *
     * @throws ArithmeticException when they are more than 63 bits can count
     */
    Optional<Long> bytes(Shape shape) {
        long all = Math.multiplyExact(shape.elements(), (long) bits);
        return all % Byte.SIZE == 0 ? Optional.of(all / Byte.SIZE) : Optional.empty();
    }
}
