package dev.gatun.shape;

/**
 * A tensor as it lies in memory.
 *
 * @param type  element type, and the shape that the layout speaks of: the tensor's own, or another with the same
 *              row-major sequence of elements (the weight of a linear layer after a flattening lies as
 *              {@code (O, C, H, W)})
 * @param bytes size with padding, or of an opaque workspace
 */
public record Stored(TensorType type, Layout layout, long bytes) {
    /** A tensor in a known layout. */
    public static Stored of(TensorType type, Layout layout) {
        return new Stored(type, layout, type.bytes(layout.physicalElements()));
    }

    /** A tensor in row-major order. */
    public static Stored rowMajor(TensorType type) {
        return of(type, Layout.rowMajor(type.shape()));
    }

    /** Elements with padding. */
    public long elements() {
        return bytes / type.dtype().bytes();
    }

    /** Whether it is row-major. */
    public boolean isRowMajor() {
        return layout.isRowMajor(type.shape());
    }

    /** Whether memory that holds a tensor so holds it also as {@code other} says. */
    public boolean holds(Stored other) {
        if (bytes != other.bytes || type.dtype() != other.type.dtype()) {
            return false;
        }
        return type.shape().equals(other.type.shape())
                ? layout.sameOrder(type.shape(), other.layout)
                : isRowMajor() && other.isRowMajor();
    }
}
