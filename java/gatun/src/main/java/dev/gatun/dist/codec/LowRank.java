package dev.gatun.dist.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Products of a matrix M in memory with narrow ones. Left factors P are stored by rows, as {@code rows x rank}, right
 * factors Q by columns, as {@code rank x columns}: both are read along M's rows. Sums are taken in one order, so that
 * all ranks have the same bits.
 */
final class LowRank {
    /** Of a column, what is left of it after others were subtracted counts as rounding if it is shorter than this. */
    private static final double NOTHING = 1e-6;

    private final float[] row;
    private final float[] product;
    private final float[] right;

    /**
     * Creates the products.
     *
     * @param columns most columns of a matrix
     * @param most    most elements of a right factor
     */
    LowRank(int columns, int most) {
        row = new float[columns];
        product = new float[columns];
        right = new float[most];
    }

    /** P = M Q. */
    void left(
            MemorySegment m, long at, int rows, int columns, MemorySegment q, long qAt, MemorySegment p, long pAt,
            int rank) {
        MemorySegment.copy(q, ValueLayout.JAVA_FLOAT, qAt, right, 0, columns * rank);
        for (int i = 0; i < rows; i++) {
            MemorySegment.copy(m, ValueLayout.JAVA_FLOAT, at + 4L * i * columns, row, 0, columns);
            for (int c = 0; c < rank; c++) {
                Floats.set(p, pAt + 4L * ((long) i * rank + c), dot(c * columns, columns));
            }
        }
    }

    /** The product of a row and a column of Q, in eight sums at once. */
    private float dot(int from, int columns) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        float e = 0;
        float f = 0;
        float g = 0;
        float h = 0;
        int j = 0;
        for (; j < columns - 7; j += 8) {
            a += row[j] * right[from + j];
            b += row[j + 1] * right[from + j + 1];
            c += row[j + 2] * right[from + j + 2];
            d += row[j + 3] * right[from + j + 3];
            e += row[j + 4] * right[from + j + 4];
            f += row[j + 5] * right[from + j + 5];
            g += row[j + 6] * right[from + j + 6];
            h += row[j + 7] * right[from + j + 7];
        }
        for (; j < columns; j++) {
            a += row[j] * right[from + j];
        }
        return a + b + (c + d) + (e + f + (g + h));
    }

    /** Q = M^T P. */
    void right(
            MemorySegment m, long at, int rows, int columns, MemorySegment p, long pAt, MemorySegment q, long qAt,
            int rank) {
        Arrays.fill(right, 0, columns * rank, 0);
        for (int i = 0; i < rows; i++) {
            MemorySegment.copy(m, ValueLayout.JAVA_FLOAT, at + 4L * i * columns, row, 0, columns);
            for (int c = 0; c < rank; c++) {
                addRow(Floats.get(p, pAt + 4L * ((long) i * rank + c)), c * columns, columns);
            }
        }
        MemorySegment.copy(right, 0, q, ValueLayout.JAVA_FLOAT, qAt, columns * rank);
    }

    private void addRow(float factor, int to, int columns) {
        for (int j = 0; j < columns; j++) {
            right[to + j] += factor * row[j];
        }
    }

    /**
     * Replaces M by P Q^T, and writes what differs from its mean over ranks.
     *
     * @param errors takes {@code M - P Q^T / ranks}, at the same place
     */
    void replace(
            MemorySegment m, long at, int rows, int columns, MemorySegment p, long pAt, MemorySegment q, long qAt,
            int rank, MemorySegment errors, int ranks) {
        MemorySegment.copy(q, ValueLayout.JAVA_FLOAT, qAt, right, 0, columns * rank);
        float share = 1f / ranks;
        for (int i = 0; i < rows; i++) {
            long rowAt = at + 4L * i * columns;
            MemorySegment.copy(m, ValueLayout.JAVA_FLOAT, rowAt, row, 0, columns);
            Arrays.fill(product, 0, columns, 0);
            for (int c = 0; c < rank; c++) {
                addColumn(Floats.get(p, pAt + 4L * ((long) i * rank + c)), c * columns, columns);
            }
            subtractProduct(share, columns);
            MemorySegment.copy(product, 0, m, ValueLayout.JAVA_FLOAT, rowAt, columns);
            MemorySegment.copy(row, 0, errors, ValueLayout.JAVA_FLOAT, rowAt, columns);
        }
    }

    private void addColumn(float factor, int from, int columns) {
        for (int j = 0; j < columns; j++) {
            product[j] += factor * right[from + j];
        }
    }

    private void subtractProduct(float share, int columns) {
        for (int j = 0; j < columns; j++) {
            row[j] -= share * product[j];
        }
    }

    /**
     * Makes the columns of a left factor orthonormal by Gram and Schmidt's method, each projected twice. One that
     * depends on those before it becomes zero.
     */
    static void orthonormalize(MemorySegment p, long at, int rows, int rank) {
        for (int c = 0; c < rank; c++) {
            double before = norm(p, at + 4L * c, rows, rank);
            for (int pass = 0; pass < 2; pass++) {
                for (int other = 0; other < c; other++) {
                    subtractProjection(p, at + 4L * other, at + 4L * c, rows, rank);
                }
            }
            double after = norm(p, at + 4L * c, rows, rank);
            multiply(p, at + 4L * c, rows, rank, after > NOTHING * before ? 1 / after : 0);
        }
    }

    private static void subtractProjection(MemorySegment p, long onto, long from, int rows, int stride) {
        double product = 0;
        for (int i = 0; i < rows; i++) {
            product += (double) Floats.get(p, onto + 4L * i * stride) * Floats.get(p, from + 4L * i * stride);
        }
        for (int i = 0; i < rows; i++) {
            long at = from + 4L * i * stride;
            Floats.set(p, at, (float) (Floats.get(p, at) - product * Floats.get(p, onto + 4L * i * stride)));
        }
    }

    /** Returns the length of a vector whose elements are so many apart. */
    static double norm(MemorySegment values, long at, int count, int stride) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            double value = Floats.get(values, at + 4L * i * stride);
            sum += value * value;
        }
        return Math.sqrt(sum);
    }

    /** Multiplies a vector whose elements are so many apart. */
    static void multiply(MemorySegment values, long at, int count, int stride, double factor) {
        for (int i = 0; i < count; i++) {
            Floats.set(values, at + 4L * i * stride, (float) (Floats.get(values, at + 4L * i * stride) * factor));
        }
    }
}
