package dev.gatun.update.kernel;

import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.update.ElementRange;

/**
 * A tensor as a matrix, whatever its layout: rows are the first dimension, columns all others. The offset of an element
 * is the sum of an offset for each of its indices, for blocked layouts too, so that one number for each row and one for
 * each column suffice. Padding is not part of the matrix.
 */
public final class MatrixView {
    private final long[] rowOffsets;
    private final long[] columnOffsets;

    private MatrixView(long[] rowOffsets, long[] columnOffsets) {
        this.rowOffsets = rowOffsets;
        this.columnOffsets = columnOffsets;
    }

    /**
     * Returns the view of a tensor at an element of a slab; columns are in row-major order of its other dimensions. A
     * vector is one row, and so is a range of elements without structure.
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

    /** Returns the number of rows. */
    public int rows() {
        return rowOffsets.length;
    }

    /** Returns the number of columns. */
    public int columns() {
        return columnOffsets.length;
    }

    /** Returns the slab element of an element of the matrix. */
    public long at(int row, int column) {
        return rowOffsets[row] + columnOffsets[column];
    }

    /** Returns the slab elements of the rows' first elements, in a new array. */
    public long[] rowOffsets() {
        return rowOffsets.clone();
    }

    /** Returns the offset of each column, in a new array. */
    public long[] columnOffsets() {
        return columnOffsets.clone();
    }
}
