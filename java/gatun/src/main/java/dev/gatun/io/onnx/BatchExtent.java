package dev.gatun.io.onnx;

/**
 * An extent of a shape for any batch size: {@code factor * batch + constant}.
 *
 * @param factor   0 where the extent does not depend on the batch size
 * @param constant the extent itself then
 */
record BatchExtent(long factor, long constant) {
    /** Returns the extent that is {@code first} in a batch of {@code batch} and {@code second} in one more. */
    static BatchExtent of(long batch, long first, long second) {
        long factor = second - first;
        return new BatchExtent(factor, first - factor * batch);
    }

    boolean isFixed() {
        return factor == 0;
    }

    /** Whether it is the batch size itself. */
    boolean isBatch() {
        return factor == 1 && constant == 0;
    }
}
