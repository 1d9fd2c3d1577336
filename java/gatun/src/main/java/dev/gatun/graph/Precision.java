package dev.gatun.graph;

import dev.gatun.shape.DType;

/** The type of the operands of multiplications. */
public enum Precision {
    /** f32 throughout. */
    F32(DType.F32),
    /** bf16: the range of f32 with 8 significant bits. */
    BF16(DType.BF16),
    /** f16: 11 significant bits, largest value 65504, little below 6e-5; gradients need a loss scale. */
    F16(DType.F16);

    private final DType dtype;

    Precision(DType dtype) {
        this.dtype = dtype;
    }

    /** Returns the type of the operands. */
    public DType dtype() {
        return dtype;
    }

    /** Returns whether small gradients underflow to zero without a loss scale. */
    public boolean needsLossScaling() {
        return switch (this) {
            case F16 -> true;
            case F32, BF16 -> false;
        };
    }

    /** Returns the name in lower case: {@code bf16}. */
    public String lowerCase() {
        return dtype.lowerCase();
    }
}
