package dev.gatun.compress.lowrank;

import java.util.stream.IntStream;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix: Householder's reduction to a tridiagonal matrix, and then QL with
 * implicit shifts, as Wilkinson and Reinsch describe them (Handbook for Automatic Computation II, 1971, contributions
 * II/2 and II/4). Takes some 9 n^3 operations.
 */
final class SymmetricEigen {
    private static final int MOST_ITERATIONS = 60;

    private final int n;
    /** Rows are the matrix at first, then the orthogonal basis. */
    private final double[][] v;
    private final double[] values;
    private final double[] beside;

    private SymmetricEigen(double[][] matrix) {
        n = matrix.length;
        v = new double[n][];
        for (int i = 0; i < n; i++) {
            v[i] = matrix[i].clone();
        }
        values = new double[n];
        beside = new double[n];
    }

    /**
     * Decomposes a matrix.
     *
     * @param matrix symmetric, by rows
     */
    static SymmetricEigen of(double[][] matrix) {
        SymmetricEigen eigen = new SymmetricEigen(matrix);
        if (eigen.n > 0) {
            eigen.tridiagonalize();
            eigen.diagonalize();
        }
        return eigen;
    }

    /** The eigenvalues, largest first. */
    double[] values() {
        double[] sorted = new double[n];
        int[] order = order();
        for (int i = 0; i < n; i++) {
            sorted[i] = values[order[i]];
        }
        return sorted;
    }

    /**
     * The eigenvectors of the largest eigenvalues.
     *
     * @return {@code count} rows of length n, orthonormal
     */
    double[][] vectors(int count) {
        int[] order = order();
        double[][] rows = new double[count][n];
        for (int i = 0; i < count; i++) {
            for (int k = 0; k < n; k++) {
                rows[i][k] = v[k][order[i]];
            }
        }
        return rows;
    }

    private int[] order() {
        return IntStream.range(0, n).boxed()
                .sorted((a, b) -> Double.compare(values[b], values[a])).mapToInt(Integer::intValue).toArray();
    }

    /** Reduces rows from the last to the first by reflections, and accumulates these in {@link #v}. */
    private void tridiagonalize() {
        for (int i = n - 1; i > 0; i--) {
            double scale = 0;
            for (int k = 0; k < i; k++) {
                scale += Math.abs(v[i][k]);
            }
            double h = 0;
            if (i == 1 || scale == 0) {
                beside[i] = v[i][i - 1];
            } else {
                h = reflect(i, scale);
            }
            values[i] = h;
        }
        accumulate();
    }

    /** One reflection that leaves nothing of row i but its neighbour of the diagonal; returns half its square. */
    private double reflect(int i, double scale) {
        double[] u = v[i];
        double h = 0;
        for (int k = 0; k < i; k++) {
            u[k] /= scale;
            h += u[k] * u[k];
        }
        double f = u[i - 1];
        double g = f >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
        beside[i] = scale * g;
        h -= f * g;
        u[i - 1] = f - g;
        double sum = 0;
        for (int j = 0; j < i; j++) {
            v[j][i] = u[j] / h;
            double product = 0;
            for (int k = 0; k <= j; k++) {
                product += v[j][k] * u[k];
            }
            for (int k = j + 1; k < i; k++) {
                product += v[k][j] * u[k];
            }
            beside[j] = product / h;
            sum += beside[j] * u[j];
        }
        double half = sum / (h + h);
        for (int j = 0; j < i; j++) {
            double uj = u[j];
            double pj = beside[j] - half * uj;
            beside[j] = pj;
            for (int k = 0; k <= j; k++) {
                v[j][k] -= uj * beside[k] + pj * u[k];
            }
        }
        return h;
    }

    private void accumulate() {
        values[0] = 0;
        beside[0] = 0;
        for (int i = 0; i < n; i++) {
            if (values[i] != 0) {
                for (int j = 0; j < i; j++) {
                    double g = 0;
                    for (int k = 0; k < i; k++) {
                        g += v[i][k] * v[k][j];
                    }
                    for (int k = 0; k < i; k++) {
                        v[k][j] -= g * v[k][i];
                    }
                }
            }
            values[i] = v[i][i];
            v[i][i] = 1;
            for (int j = 0; j < i; j++) {
                v[i][j] = 0;
                v[j][i] = 0;
            }
        }
    }

    private void diagonalize() {
        System.arraycopy(beside, 1, beside, 0, n - 1);
        beside[n - 1] = 0;
        for (int l = 0; l < n; l++) {
            for (int iterations = 0;; iterations++) {
                int m = firstNegligible(l);
                if (m == l) {
                    break;
                }
                if (iterations == MOST_ITERATIONS) {
                    throw new ArithmeticException("the eigenvalues do not converge: the matrix is not finite");
                }
                rotate(l, m);
            }
        }
    }

    private int firstNegligible(int l) {
        int m = l;
        while (m < n - 1) {
            double around = Math.abs(values[m]) + Math.abs(values[m + 1]);
            if (Math.abs(beside[m]) <= Math.ulp(around)) {
                break;
            }
            m++;
        }
        return m;
    }

    private void rotate(int l, int m) {
        double g = (values[l + 1] - values[l]) / (2 * beside[l]);
        double r = Math.hypot(g, 1);
        g = values[m] - values[l] + beside[l] / (g + Math.copySign(r, g));
        double s = 1;
        double c = 1;
        double p = 0;
        for (int i = m - 1; i >= l; i--) {
            double f = s * beside[i];
            double b = c * beside[i];
            r = Math.hypot(f, g);
            beside[i + 1] = r;
            if (r == 0) {
                values[i + 1] -= p;
                beside[m] = 0;
                return;
            }
            s = f / r;
            c = g / r;
            g = values[i + 1] - p;
            r = (values[i] - g) * s + 2 * c * b;
            p = s * r;
            values[i + 1] = g + p;
            g = c * r - b;
            for (double[] row : v) {
                double right = row[i + 1];
                row[i + 1] = s * row[i] + c * right;
                row[i] = c * row[i] - s * right;
            }
        }
        values[l] -= p;
        beside[l] = g;
        beside[m] = 0;
    }
}
