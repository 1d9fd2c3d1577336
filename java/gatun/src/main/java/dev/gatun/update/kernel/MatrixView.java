package dev.gatun.update.kernel;

import dev.gatun.shape.Layout;
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
        if (tensor == null || tensor.type().shape().rank() < 2) {
            long[] elements = new long[Math.toIntExact(range.length())];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = i;
            }
            return new MatrixView(new long[] {range.begin()}, elements);
        }
        Shape shape = tensor.type().shape();
        Layout layout = tensor.layout();
        long[] index = new long[shape.rank()];
        long[] rows = new long[Math.toIntExact(shape.extent(0))];
        for (int i = 0; i < rows.length; i++) {
            index[0] = i;
            rows[i] = range.begin() + layout.offset(index);
        }
        index[0] = 0;
        long[] columns = new long[rows.length == 0 ? 0 : Math.toIntExact(shape.elements() / rows.length)];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = layout.offset(index);
            advance(index, shape);
        }
        return new MatrixView(rows, columns);
    }

    /** The next index of a column in row-major order. */
    private static void advance(long[] index, Shape shape) {
        for (int i = index.length - 1; i > 0; i--) {
            if (++index[i] < shape.extent(i)) {
                return;
            }
            index[i] = 0;
        }
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
