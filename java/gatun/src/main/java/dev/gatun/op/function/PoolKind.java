package dev.gatun.op.function;

/** The value of a window in a {@link dev.gatun.op.Pool}. */
public enum PoolKind {
    /** The maximum; padding is ignored, and the gradient goes to the first of equal largest elements. */
    MAX("max_pool"),
    /** The mean, with padding counted as zeros. */
    AVERAGE("average_pool"),
    /** The mean of the elements inside the image. */
    AVERAGE_WITHOUT_PADDING("average_pool_without_padding");

    private final String opName;

    PoolKind(String opName) {
        this.opName = opName;
    }

    /** Returns the name of the operation, in lower case: {@code max_pool}. */
    public String opName() {
        return opName;
    }
}
