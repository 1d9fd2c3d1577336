package dev.gatun.shape;

import java.util.ArrayList;
import java.util.List;

/**
 * Divides a tensor into consecutive pieces of its row-major order, none longer than a limit, and describes for each how
 * its elements are stored in another layout. A piece is described by copies between strided tensors only, even for
 * blocked layouts: a dimension in blocks is represented by several dimensions, and one that its blocks do not divide by
 * a whole part and a remainder. So padding is neither read nor written, and a device that can copy strided tensors can
 * copy every piece.
 */
public final class RowMajorPieces {
    private final Shape shape;
    private final Layout layout;
    private final long limit;
    private final long[] rowMajor;
    private final List<Piece> pieces = new ArrayList<>();

    /**
     * A consecutive piece of the row-major order.
     *
     * @param offset   offset of its first element in the row-major order of the tensor
     * @param elements number of elements
     * @param copies   copies that together cover every element of the piece once
     */
    public record Piece(long offset, long elements, List<Copy> copies) {}

    /**
     * A copy between the tensor's memory and the piece; offsets and strides are in elements.
     *
     * @param shape        shape of both
     * @param memoryOffset offset in the tensor's memory
     * @param memory       layout in the tensor's memory
     * @param runOffset    offset in the piece
     * @param run          layout in the piece
     */
    public record Copy(Shape shape, long memoryOffset, Layout memory, long runOffset, Layout run) {}

    /**
     * One digit of a dimension's index.
     *
     * @param extent how many values it takes
     * @param stride where a step leads in memory
     * @param value  what a step adds to the index
     */
    private record Digit(long extent, long stride, long value) {}

    /** Some indices of a dimension, those of a box of digits: the first of them, and where it lies. */
    private record Digits(long first, long memoryOffset, List<Digit> digits) {}

    private RowMajorPieces(Shape shape, Layout layout, long limit) {
        this.shape = shape;
        this.layout = layout;
        this.limit = limit;
        this.rowMajor = shape.rowMajorStrides();
    }

    /**
     * Returns the pieces of a tensor in row-major order; none for a tensor without elements.
     *
     * @param layout layout of the tensor in memory
     * @param limit  largest number of elements of a piece, at least one
     */
    public static List<Piece> of(Shape shape, Layout layout, long limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("pieces of at least one element wanted, not " + limit);
        }
        if (layout.rank() != shape.rank()) {
            throw new IllegalArgumentException("layout " + layout + " is not one of a tensor " + shape);
        }
        RowMajorPieces cut = new RowMajorPieces(shape, layout, limit);
        if (shape.elements() > 0) {
            cut.cut(0, new long[shape.rank()]);
        }
        return cut.pieces;
    }

    /** Cuts what begins with the given indices before a dimension. */
    private void cut(int dimension, long[] index) {
        if (dimension == shape.rank()) {
            add(dimension, index, 1);
            return;
        }
        long extent = shape.extent(dimension);
        long fitting = limit / rowMajor[dimension];
        if (fitting == 0) {
            for (long i = 0; i < extent; i++) {
                index[dimension] = i;
                cut(dimension + 1, index);
            }
        } else {
            // A run of several indices begins with a block, so that it is made of whole blocks and one rest at most.
            long block = levels(dimension).getFirst().value;
            long step = fitting >= extent ? extent : fitting >= block ? fitting - fitting % block : 1;
            for (long i = 0; i < extent; i += step) {
                index[dimension] = i;
                add(dimension, index, Math.min(step, extent - i));
            }
        }
        index[dimension] = 0;
    }

    /** Adds the run of some indices of a dimension and all of the later ones. */
    private void add(int dimension, long[] index, long count) {
        long start = layout.offset(index);
        List<Copy> copies = new ArrayList<>();
        copy(dimension, dimension, count, new ArrayList<>(), start, copies);
        long offset = 0;
        for (int i = 0; i < shape.rank(); i++) {
            offset += index[i] * rowMajor[i];
        }
        long elements = dimension == shape.rank() ? 1 : count * rowMajor[dimension];
        pieces.add(new Piece(offset, elements, List.copyOf(copies)));
    }

    /** All combinations of the digits of the dimensions from one on. */
    private void copy(int first, int dimension, long count, List<Digits> chosen, long start, List<Copy> copies) {
        if (dimension >= shape.rank()) {
            copies.add(copy(first, chosen, start));
            return;
        }
        for (Digits digits : digits(dimension, dimension == first ? count : shape.extent(dimension))) {
            chosen.add(digits);
            copy(first, dimension + 1, count, chosen, start, copies);
            chosen.removeLast();
        }
    }

    private Copy copy(int first, List<Digits> chosen, long start) {
        long memoryOffset = start;
        long runOffset = 0;
        List<Digit> axes = new ArrayList<>();
        for (int i = 0; i < chosen.size(); i++) {
            Digits digits = chosen.get(i);
            long step = rowMajor[first + i];
            memoryOffset += digits.memoryOffset;
            runOffset += digits.first * step;
            for (Digit digit : digits.digits) {
                if (digit.extent != 1) {
                    axes.add(new Digit(digit.extent, digit.stride, digit.value * step));
                }
            }
        }
        if (axes.isEmpty()) {
            axes.add(new Digit(1, 1, 1));
        }
        long[] extents = axes.stream().mapToLong(Digit::extent).toArray();
        return new Copy(Shape.of(extents),
                memoryOffset, Layout.strided(extents, axes.stream().mapToLong(Digit::stride).toArray()),
                runOffset, Layout.strided(extents, axes.stream().mapToLong(Digit::value).toArray()));
    }

    /** The first indices of a dimension as boxes of digits: whole blocks, then what is left, ever finer. */
    private List<Digits> digits(int dimension, long count) {
        List<Digit> levels = levels(dimension);
        List<Digits> boxes = new ArrayList<>();
        long done = 0;
        long memory = 0;
        for (int i = 0; i < levels.size(); i++) {
            Digit level = levels.get(i);
            long whole = (count - done) / level.value;
            if (whole > 0) {
                List<Digit> box = new ArrayList<>(levels.subList(i + 1, levels.size()));
                box.addFirst(new Digit(whole, level.stride, level.value));
                boxes.add(new Digits(done, memory, box));
                done += whole * level.value;
                memory += whole * level.stride;
            }
        }
        return boxes;
    }

    /** The digits of a dimension's index: the outer index, then that of each of its blocks. */
    private List<Digit> levels(int dimension) {
        int[] sizes = layout.blockSizes();
        int[] dimensions = layout.blockDimensions();
        List<Digit> levels = new ArrayList<>();
        long stride = 1;
        long value = 1;
        for (int i = sizes.length - 1; i >= 0; i--) {
            if (dimensions[i] == dimension) {
                levels.addFirst(new Digit(sizes[i], stride, value));
                value *= sizes[i];
            }
            stride *= sizes[i];
        }
        levels.addFirst(new Digit(Long.MAX_VALUE, layout.strides()[dimension], value));
        return levels;
    }
}
