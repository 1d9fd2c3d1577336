package dev.gatun.shape;

import java.util.Arrays;

/**
 * A tensor with its layout in memory.
 *
 * @param type  element type and the shape that the layout refers to: the tensor's own, or another with the same
 *              row-major sequence of elements (the weight of a linear layer after a flattening is stored as
 *              {@code (O, C, H, W)})
 * @param bytes size in bytes with padding, or that of an opaque workspace
 */
public record Stored(TensorType type, Layout layout, long bytes) {
    /**
     * Returns a tensor in a given layout.
     *
     * @throws IllegalArgumentException when the layout is one of fewer elements, or of another rank
     */
    public static Stored of(TensorType type, Layout layout) {
        long[] room = layout.paddedExtents();
        for (int i = 0; i < Math.max(room.length, type.shape().rank()); i++) {
            if (room.length != type.shape().rank() || room[i] < type.shape().extent(i)) {
                throw new IllegalArgumentException("a tensor " + type + " does not fit into the layout " + layout
                        + " of extents " + Arrays.toString(room));
            }
        }
        return new Stored(type, layout, type.bytes(layout.physicalElements()));
    }

    /** Returns a tensor in row-major layout. */
    public static Stored rowMajor(TensorType type) {
        return of(type, Layout.rowMajor(type.shape()));
    }

    /** Returns the number of elements, padding included. */
    public long elements() {
        return bytes / type.dtype().bytes();
    }

    /** Returns whether the layout is row-major. */
    public boolean isRowMajor() {
        return layout.isRowMajor(type.shape());
    }

    /** Returns whether memory with this content has the same content under {@code other}. */
    public boolean holds(Stored other) {
        if (bytes != other.bytes || type.dtype() != other.type.dtype()) {
            return false;
        }
        return type.shape().equals(other.type.shape())
                ? layout.sameLayout(type.shape(), other.layout)
                : isRowMajor() && other.isRowMajor();
    }
}
