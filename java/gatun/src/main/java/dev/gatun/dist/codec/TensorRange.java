package dev.gatun.dist.codec;

/**
 * Where a tensor's gradients are in their slab, and as which matrix they are seen. The matrix is one of elements in the
 * order in which they are stored: of a row-major tensor the first dimension by the product of all others, which
 * PowerSGD is meant for. In a blocked layout neighbours of several rows of that matrix share one; what is compressed is
 * then a fixed permutation of it, padding included, which is as correct, for all ranks permute alike, but may be of a
 * higher rank than the tensor's own matrix.
 *
 * @param offset  first byte in the slab, a multiple of 4
 * @param rows    rows of the matrix, at least 1
 * @param columns columns of the matrix, at least 1
 */
public record TensorRange(long offset, long rows, long columns) {
    public TensorRange {
        if (offset < 0 || offset % Float.BYTES != 0) {
            throw new IllegalArgumentException("a tensor of floats begins at a multiple of 4 bytes, not at " + offset);
        }
        if (rows < 1 || columns < 1 || Math.multiplyHigh(rows, columns) != 0
                || rows * columns > Integer.MAX_VALUE - 64) {
            throw new IllegalArgumentException("a tensor has 1 to 2^31 - 65 elements, not " + rows + " x " + columns);
        }
    }

    /** Returns the number of elements. */
    public long elements() {
        return rows * columns;
    }

    /** Returns the size in bytes. */
    public long bytes() {
        return elements() * Float.BYTES;
    }

    /** Returns the first byte behind the tensor. */
    public long end() {
        return offset + bytes();
    }
}
