package dev.gatun.op.function;

/** Which value of a window is the result of a {@link dev.gatun.op.Pool}. */
public enum PoolKind {
    /** The largest; padding never wins, and the first of equal values does. */
    MAX("max_pool"),
    /** The mean; padding counts as zeros that take part in it. */
    AVERAGE("average_pool"),
    /** The mean of the window's elements inside the image. */
    AVERAGE_WITHOUT_PADDING("average_pool_without_padding");

    private final String opName;

    PoolKind(String opName) {
        this.opName = opName;
    }

    /** The operation, in lower case: {@code max_pool}. */
    public String opName() {
        return opName;
    }
}
