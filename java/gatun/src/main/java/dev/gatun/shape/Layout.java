package dev.gatun.shape;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where each element of a tensor lies: outer strides plus, for blocked layouts, inner blocks, as oneDNN describes
 * them. Logical index {@code i} of a dimension splits into a position inside its blocks and an outer index; the offset
 * is the sum of {@code outer index * stride} and the position in the dense inner block. Padded extents are multiples
 * of the blocks; padding holds zeros. All numbers count elements. Immutable.
 */
public final class Layout {
    private final long[] strides;
    private final long[] paddedExtents;
    private final int[] blockSizes;
    private final int[] blockDimensions;

    private Layout(long[] strides, long[] paddedExtents, int[] blockSizes, int[] blockDimensions) {
        this.strides = strides;
        this.paddedExtents = paddedExtents;
        this.blockSizes = blockSizes;
        this.blockDimensions = blockDimensions;
    }

    /** The C order: last dimension contiguous. */
    public static Layout rowMajor(Shape shape) {
        return new Layout(shape.rowMajorStrides(), shape.extents(), new int[0], new int[0]);
    }

    /** Channels last: {@code (N, C, spatial...)} stored as {@code N, spatial..., C}. Row-major below rank 3. */
    public static Layout channelsLast(Shape shape) {
        int rank = shape.rank();
        if (rank < 3) {
            return rowMajor(shape);
        }
        long[] strides = new long[rank];
        strides[1] = 1;
        long stride = Math.max(1, shape.extent(1));
        for (int i = rank - 1; i >= 2; i--) {
            strides[i] = stride;
            stride *= Math.max(1, shape.extent(i));
        }
        strides[0] = stride;
        return new Layout(strides, shape.extents(), new int[0], new int[0]);
    }

    /**
     * How inputs and outputs of a program lie, where the caller sees them: images {@code (N, C, H, W)} with channels
     * last, tensors of any other rank row-major.
     */
    public static Layout atTheEdge(Shape shape) {
        return shape.rank() == 4 ? channelsLast(shape) : rowMajor(shape);
    }

    /** A layout without blocks or padding, where a step along each dimension leads as many elements as given. */
    public static Layout strided(long[] extents, long[] strides) {
        return blocked(strides, extents, new int[0], new int[0]);
    }

    /**
     * A blocked layout.
     *
     * @param strides         outer stride of each dimension, in elements
     * @param paddedExtents   extent of each dimension rounded up to its blocks
     * @param blockSizes      inner blocks, outermost first; empty for a strided layout
     * @param blockDimensions the dimension each inner block belongs to
     */
    public static Layout blocked(long[] strides, long[] paddedExtents, int[] blockSizes, int[] blockDimensions) {
        if (strides.length != paddedExtents.length || blockSizes.length != blockDimensions.length) {
            throw new IllegalArgumentException("layout arrays disagree in length");
        }
        return new Layout(strides.clone(), paddedExtents.clone(), blockSizes.clone(), blockDimensions.clone());
    }

    /** Number of dimensions. */
    public int rank() {
        return strides.length;
    }

    /** Outer strides in elements, a fresh array. */
    public long[] strides() {
        return strides.clone();
    }

    /** Extents with padding, a fresh array. */
    public long[] paddedExtents() {
        return paddedExtents.clone();
    }

    /** Whether elements of a dimension lie in inner blocks, so that strides alone do not say where each is. */
    public boolean hasBlocks() {
        return blockSizes.length > 0;
    }

    /** Inner block sizes, outermost first, a fresh array. */
    public int[] blockSizes() {
        return blockSizes.clone();
    }

    /** Dimension of each inner block, a fresh array. */
    public int[] blockDimensions() {
        return blockDimensions.clone();
    }

    /** Elements that memory in this layout holds, padding included. */
    public long physicalElements() {
        int[] blocks = blockPerDimension();
        long block = 1;
        for (int size : blockSizes) {
            block *= size;
        }
        long last = 0;
        for (int i = 0; i < strides.length; i++) {
            if (paddedExtents[i] == 0) {
                return 0;
            }
            last += (paddedExtents[i] / blocks[i] - 1) * strides[i];
        }
        return last + block;
    }

    /** The offset, in elements, of one logical index. */
    public long offset(long... index) {
        int rank = strides.length;
        if (index.length != rank) {
            throw new IllegalArgumentException("index of rank " + index.length + " into layout of rank " + rank);
        }
        long offset = 0;
        if (!hasBlocks()) {
            for (int i = 0; i < rank; i++) {
                offset += index[i] * strides[i];
            }
            return offset;
        }
        long[] outer = index.clone();
        long innerStride = 1;
        for (int b = blockSizes.length - 1; b >= 0; b--) {
            int dimension = blockDimensions[b];
            offset += outer[dimension] % blockSizes[b] * innerStride;
            outer[dimension] /= blockSizes[b];
            innerStride *= blockSizes[b];
        }
        for (int i = 0; i < rank; i++) {
            offset += outer[i] * strides[i];
        }
        return offset;
    }

    /** Whether memory in this layout is the row-major order of {@code shape}, extents of one ignored. */
    public boolean isRowMajor(Shape shape) {
        return sameOrder(shape, rowMajor(shape));
    }

    /** Whether memory in this layout is the channels-last order of {@code shape}, extents of one ignored. */
    public boolean isChannelsLast(Shape shape) {
        return sameOrder(shape, channelsLast(shape));
    }

    /** Whether both layouts put every element of {@code shape} at the same offset and need the same memory. */
    public boolean sameOrder(Shape shape, Layout other) {
        if (rank() != other.rank() || shape.rank() != rank()) {
            return false;
        }
        if (!Arrays.equals(blockSizes, other.blockSizes) || !Arrays.equals(blockDimensions, other.blockDimensions)
                || !Arrays.equals(paddedExtents, other.paddedExtents)) {
            return false;
        }
        int[] blocks = blockPerDimension();
        for (int i = 0; i < strides.length; i++) {
            // A dimension that one block holds whole has no outer index, so its stride says nothing.
            if (paddedExtents[i] != blocks[i] && strides[i] != other.strides[i]) {
                return false;
            }
        }
        return true;
    }

    private int[] blockPerDimension() {
        int[] blocks = new int[strides.length];
        Arrays.fill(blocks, 1);
        for (int b = 0; b < blockSizes.length; b++) {
            blocks[blockDimensions[b]] *= blockSizes[b];
        }
        return blocks;
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof Layout other
                && Arrays.equals(strides, other.strides)
                && Arrays.equals(paddedExtents, other.paddedExtents)
                && Arrays.equals(blockSizes, other.blockSizes)
                && Arrays.equals(blockDimensions, other.blockDimensions);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(strides) + Arrays.hashCode(blockSizes);
    }

    /**
     * oneDNN's letters: outer dimensions by falling stride (capital when blocked), then the blocks: {@code aBcd16b}.
     */
    @Override
    public String toString() {
        int[] blocks = blockPerDimension();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < strides.length; i++) {
            order.add(i);
        }
        order.sort((left, right) -> {
            int byStride = Long.compare(strides[right], strides[left]);
            return byStride != 0
                    ? byStride
                    : Long.compare(paddedExtents[right] / blocks[right], paddedExtents[left] / blocks[left]);
        });
        StringBuilder text = new StringBuilder();
        for (int dimension : order) {
            text.append((char) ((blocks[dimension] > 1 ? 'A' : 'a') + dimension));
        }
        for (int b = 0; b < blockSizes.length; b++) {
            text.append(blockSizes[b]).append((char) ('a' + blockDimensions[b]));
        }
        return text.toString();
    }
}
