package dev.gatun.shape;

/**
 * A tensor as it lies in memory.
 *
 * @param bytes size with padding, or of an opaque workspace
 */
public record Stored(TensorType type, Layout layout, long bytes) {
    /** A tensor in a known order. */
    public static Stored of(TensorType type, Layout layout) {
        return new Stored(type, layout, Math.multiplyExact(layout.physicalElements(), type.dtype().bytes()));
    }

    /** A tensor in row-major order. */
    public static Stored rowMajor(TensorType type) {
        return of(type, Layout.rowMajor(type.shape()));
    }

    /** Elements with padding. */
    public long elements() {
        return bytes / type.dtype().bytes();
    }
}
