package dev.gatun.reference.update;

import dev.gatun.update.kernel.MatrixView;

/**
 * The elements of a range in the row-major order of the matrix that it is.
 *
 * @param view  where they lie in the slab
 * @param begin first element of the range
 */
record MatrixElements(MatrixView view, long begin) {
    private int at(int i) {
        return Math.toIntExact(view.at(i / view.columns(), i % view.columns()) - begin);
    }

    /** The elements of the matrix among all of the range, padding left out. */
    double[] gather(double[] range) {
        double[] matrix = new double[Math.multiplyExact(view.rows(), view.columns())];
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = range[at(i)];
        }
        return matrix;
    }

    /** Puts them back. */
    void scatter(double[] matrix, double[] range) {
        for (int i = 0; i < matrix.length; i++) {
            range[at(i)] = matrix[i];
        }
    }
}
