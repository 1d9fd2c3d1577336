package dev.gatun.graph;

import dev.gatun.shape.DType;

/** The type in which layers multiply. */
public enum Precision {
    /** All in f32. */
    F32(DType.F32),
    /** The range of f32 with 8 significant bits. */
    BF16(DType.BF16),
    /** 11 significant bits, but nothing above 65504 and little below 6e-5: gradients need a loss scale. */
    F16(DType.F16);

    private final DType dtype;

    Precision(DType dtype) {
        this.dtype = dtype;
    }

    /** The type of the operands. */
    public DType dtype() {
        return dtype;
    }

    /** Whether small gradients would become zero without a loss scale. */
    public boolean needsLossScaling() {
        return switch (this) {
            case F16 -> true;
            case F32, BF16 -> false;
        };
    }

    /** In lower case: {@code bf16}. */
    public String lowerCase() {
        return dtype.lowerCase();
    }
}
