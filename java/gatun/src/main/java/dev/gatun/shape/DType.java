package dev.gatun.shape;

/** The element type of a tensor. */
public enum DType {
    /** IEEE 754 binary64; the reference backend's own precision. */
    F64(8, "F64"),
    /** IEEE 754 binary32. */
    F32(4, "F32"),
    /** bfloat16: the upper half of a binary32. */
    BF16(2, "BF16"),
    /** IEEE 754 binary16. */
    F16(2, "F16"),
    /** Two's complement, 64 bits. */
    I64(8, "I64"),
    /** Two's complement, 32 bits; class labels. */
    I32(4, "I32"),
    /** Two's complement, 8 bits. */
    I8(1, "I8"),
    /** Unsigned, 8 bits; raw pixels and opaque workspaces. */
    U8(1, "U8");

    private final int bytes;
    private final String safetensorsName;

    DType(int bytes, String safetensorsName) {
        this.bytes = bytes;
        this.safetensorsName = safetensorsName;
    }

    /** Returns the size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /**
     * Returns the type in which sums over elements of this type are accumulated: statistics, biases, and the gradients
     * of weights. {@link #F32} for the 16-bit types, the type itself otherwise.
     */
    public DType accumulator() {
        return switch (this) {
            case BF16, F16 -> F32;
            case F64, F32, I64, I32, I8, U8 -> this;
        };
    }

    /** Returns whether it is a floating-point type of 16 bits. */
    public boolean isNarrow() {
        return accumulator() != this;
    }

    /** Returns the name in lower case: {@code bf16}. */
    public String lowerCase() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Returns the name of this type in a safetensors header. */
    public String safetensorsName() {
        return safetensorsName;
    }

    /** Returns whether it is a floating-point type. */
    public boolean isFloating() {
        return switch (this) {
            case F64, F32, BF16, F16 -> true;
            case I64, I32, I8, U8 -> false;
        };
    }
}
