package dev.gatun.shape;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The position of each element of a tensor in memory: outer strides plus, for blocked layouts, inner blocks, as oneDNN
 * describes them. Logical index {@code i} of a dimension splits into a position inside its blocks and an outer index;
 * the offset is the sum of {@code outer index * stride} and the position in the dense inner block. Padded extents are
 * multiples of the blocks; padding holds zeros. All numbers count elements. Immutable.
 */
public final class Layout {
    private final long[] strides;
    private final long[] paddedExtents;
    private final int[] blockSizes;
    private final int[] blockDimensions;
    private final Appendix appendix;

    /**
     * What a library keeps behind the elements, in memory of the same tensor: sums of quantized weights.
     *
     * @param elements size, in elements of the tensor's type
     * @param kind     tells different contents of one size apart; given by the library's own package
     */
    private record Appendix(long elements, int kind) {
        static final Appendix NONE = new Appendix(0, 0);
    }

    private Layout(long[] strides, long[] paddedExtents, int[] blockSizes, int[] blockDimensions) {
        this(strides, paddedExtents, blockSizes, blockDimensions, Appendix.NONE);
    }

    private Layout(
            long[] strides, long[] paddedExtents, int[] blockSizes, int[] blockDimensions, Appendix appendix) {
        this.appendix = appendix;
        this.strides = strides;
        this.paddedExtents = paddedExtents;
        this.blockSizes = blockSizes;
        this.blockDimensions = blockDimensions;
    }

    /** Returns the row-major layout: the last dimension is contiguous. */
    public static Layout rowMajor(Shape shape) {
        return new Layout(shape.rowMajorStrides(), shape.extents(), new int[0], new int[0]);
    }

    /**
     * Returns the channels-last layout: {@code (N, C, spatial...)} stored as {@code N, spatial..., C}. Row-major below
     * rank 3.
     */
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
     * Returns the layout of inputs and outputs of programs: channels last for images {@code (N, C, H, W)}, row-major
     * for tensors of any other rank.
     */
    public static Layout atTheEdge(Shape shape) {
        return shape.rank() == 4 ? channelsLast(shape) : rowMajor(shape);
    }

    /** Returns a layout without blocks or padding, with the given stride of each dimension in elements. */
    public static Layout strided(long[] extents, long[] strides) {
        return blocked(strides, extents, new int[0], new int[0]);
    }

    /**
     * Returns a blocked layout.
     *
     * @param strides         outer stride of each dimension, in elements
     * @param paddedExtents   extent of each dimension rounded up to its blocks
     * @param blockSizes      inner blocks, outermost first; empty for a strided layout
     * @param blockDimensions dimension of each inner block
     * @throws IllegalArgumentException when a stride is negative, or the extents are not whole blocks
     */
    public static Layout blocked(long[] strides, long[] paddedExtents, int[] blockSizes, int[] blockDimensions) {
        if (strides.length != paddedExtents.length || blockSizes.length != blockDimensions.length) {
            throw new IllegalArgumentException("layout arrays disagree in length");
        }
        Layout layout =
                new Layout(strides.clone(), paddedExtents.clone(), blockSizes.clone(), blockDimensions.clone());
        layout.check();
        return layout;
    }

    private void check() {
        for (int i = 0; i < strides.length; i++) {
            if (strides[i] < 0 || paddedExtents[i] < 0) {
                throw new IllegalArgumentException("negative stride or extent in " + described());
            }
        }
        for (int i = 0; i < blockSizes.length; i++) {
            if (blockSizes[i] < 1 || blockDimensions[i] < 0 || blockDimensions[i] >= strides.length) {
                throw new IllegalArgumentException("no valid blocks in " + described());
            }
        }
        int[] blocks = blockPerDimension();
        for (int i = 0; i < blocks.length; i++) {
            if (blocks[i] < 1 || paddedExtents[i] % blocks[i] != 0) {
                throw new IllegalArgumentException("extents are not whole blocks in " + described());
            }
        }
    }

    private String described() {
        return "the layout of extents " + Arrays.toString(paddedExtents) + " by strides " + Arrays.toString(strides)
                + ", blocks of " + Arrays.toString(blockSizes) + " in dimensions " + Arrays.toString(blockDimensions);
    }

    /**
     * Returns this layout with something behind the elements that only the library understands that puts it there.
     *
     * @param elements its size, in elements of the tensor's type
     * @param kind     tells different contents of one size apart
     */
    public Layout withAppendix(long elements, int kind) {
        if (elements < 1) {
            throw new IllegalArgumentException("an appendix has at least one element, got " + elements);
        }
        return new Layout(strides, paddedExtents, blockSizes, blockDimensions, new Appendix(elements, kind));
    }

    /** Returns whether a library keeps something behind the elements: then strides and blocks do not say all. */
    public boolean hasAppendix() {
        return appendix.elements > 0;
    }

    /** Returns the number of dimensions. */
    public int rank() {
        return strides.length;
    }

    /** Returns the outer strides in elements, in a new array. */
    public long[] strides() {
        return strides.clone();
    }

    /** Returns the padded extents, in a new array. */
    public long[] paddedExtents() {
        return paddedExtents.clone();
    }

    /** Returns whether a dimension is divided into inner blocks, so that strides alone do not define the offsets. */
    public boolean hasBlocks() {
        return blockSizes.length > 0;
    }

    /** Returns the inner block sizes, outermost first, in a new array. */
    public int[] blockSizes() {
        return blockSizes.clone();
    }

    /** Returns the dimension of each inner block, in a new array. */
    public int[] blockDimensions() {
        return blockDimensions.clone();
    }

    /**
     * Returns the number of elements of memory in this layout, padding included.
     *
     * @throws ArithmeticException when it has more than 2^63 - 1
     */
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
        }
        try {
            for (int i = 0; i < strides.length; i++) {
                last = Math.addExact(last, Math.multiplyExact(paddedExtents[i] / blocks[i] - 1, strides[i]));
            }
            return Math.addExact(Math.addExact(last, block), appendix.elements);
        } catch (ArithmeticException e) { // its own message is lost where the JVM has compiled the method
            throw new ArithmeticException("the number of elements of " + described() + " overflows 64 bits");
        }
    }

    /** Returns the offset of a logical index, in elements. */
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

    /** Returns whether this layout is the row-major layout of {@code shape}, extents of one ignored. */
    public boolean isRowMajor(Shape shape) {
        return sameLayout(shape, rowMajor(shape));
    }

    /** Returns whether this layout is the channels-last layout of {@code shape}, extents of one ignored. */
    public boolean isChannelsLast(Shape shape) {
        return sameLayout(shape, channelsLast(shape));
    }

    /** Returns whether both layouts put every element of {@code shape} at the same offset and need the same memory. */
    public boolean sameLayout(Shape shape, Layout other) {
        if (rank() != other.rank() || shape.rank() != rank()) {
            return false;
        }
        if (!Arrays.equals(blockSizes, other.blockSizes) || !Arrays.equals(blockDimensions, other.blockDimensions)
                || !Arrays.equals(paddedExtents, other.paddedExtents) || !appendix.equals(other.appendix)) {
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
                && Arrays.equals(blockDimensions, other.blockDimensions)
                && appendix.equals(other.appendix);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(strides) + Arrays.hashCode(blockSizes);
    }

    /**
     * Returns oneDNN's notation: outer dimensions by descending stride (capital letters for blocked ones), then the
     * blocks: {@code aBcd16b}.
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
        if (hasAppendix()) {
            text.append('+').append(appendix.elements).append('#').append(appendix.kind);
        }
        return text.toString();
    }
}
