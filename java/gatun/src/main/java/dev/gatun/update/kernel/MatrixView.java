package dev.gatun.update.kernel;

import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.update.ElementRange;

/**
 * A tensor as the matrix of its outputs, the first dimension, by all the rest, in whatever order it lies: where an
 * element lies is the sum of what each of its indices adds, blocked or not, so one number for each row and one for each
 * column say it. Padding belongs to neither.
 */
public final class MatrixView {
    private final long[] rowOffsets;
    private final long[] columnOffsets;

    private MatrixView(long[] rowOffsets, long[] columnOffsets) {
        this.rowOffsets = rowOffsets;
        this.columnOffsets = columnOffsets;
    }

    /**
     * The view of a tensor that begins at an element of a slab; columns are in row-major order of its other dimensions.
     * A vector is one row, and so is what lies there as just elements.
     */
    public static MatrixView of(ElementRange range) {
        Stored tensor = range.tensor();
        Shape shape = range.shape();
        if (tensor == null || shape == null || shape.rank() < 2) {
            long[] elements = new long[Math.toIntExact(range.length())];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = i;
            }
            return new MatrixView(new long[] {range.begin()}, elements);
        }
        long[] rows = new long[Math.toIntExact(shape.extent(0))];
        long[] columns = new long[rows.length == 0 ? 0 : Math.toIntExact(shape.elements() / rows.length)];
        long[] extents = tensor.type().shape().extents();
        for (int i = 0; i < rows.length; i++) {
            rows[i] = range.begin() + tensor.layout().offset(index((long) i * columns.length, extents));
        }
        for (int i = 0; i < columns.length; i++) {
            columns[i] = tensor.layout().offset(index(i, extents));
        }
        return new MatrixView(rows, columns);
    }

    /** The index of an element in row-major order. */
    private static long[] index(long element, long[] extents) {
        long[] index = new long[extents.length];
        long left = element;
        for (int i = extents.length - 1; i >= 0 && left > 0; i--) {
            index[i] = left % extents[i];
            left /= extents[i];
        }
        return index;
    }

    /** Number of rows. */
    public int rows() {
        return rowOffsets.length;
    }

    /** Number of columns. */
    public int columns() {
        return columnOffsets.length;
    }

    /** The slab element of one element of the matrix. */
    public long at(int row, int column) {
        return rowOffsets[row] + columnOffsets[column];
    }

    /** Slab elements of the rows' first elements, a fresh array. */
    public long[] rowOffsets() {
        return rowOffsets.clone();
    }

    /** What each column adds to them, a fresh array. */
    public long[] columnOffsets() {
        return columnOffsets.clone();
    }
}
