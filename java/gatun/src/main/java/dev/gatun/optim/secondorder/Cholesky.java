package dev.gatun.optim.secondorder;

/**
 * The factorization {@code A = L L'} of a small symmetric matrix, row by row and in place; it also tells whether the
 * matrix is positive definite. A library of linear algebra would keep its matrices on the heap and bring far more than
 * these lines.
 */
record Cholesky(DoubleVector matrix, long n) {
    /** Replaces the lower half by L; false, with part of it replaced, where the matrix is not positive definite. */
    boolean factor() {
        for (long i = 0; i < n; i++) {
            for (long j = 0; j <= i; j++) {
                double rest = get(i, j);
                for (long k = 0; k < j; k++) {
                    rest -= get(i, k) * get(j, k);
                }
                if (i != j) {
                    matrix.set(i * n + j, rest / get(j, j));
                } else if (rest > 0 && rest <= Double.MAX_VALUE) {
                    matrix.set(i * n + i, Math.sqrt(rest));
                } else {
                    return false;
                }
            }
        }
        return true;
    }

    /** Solves {@code A x = b} in place, after {@link #factor}. */
    void solve(DoubleVector b) {
        for (long i = 0; i < n; i++) {
            double rest = b.get(i);
            for (long k = 0; k < i; k++) {
                rest -= get(i, k) * b.get(k);
            }
            b.set(i, rest / get(i, i));
        }
        for (long i = n - 1; i >= 0; i--) {
            double rest = b.get(i);
            for (long k = i + 1; k < n; k++) {
                rest -= get(k, i) * b.get(k);
            }
            b.set(i, rest / get(i, i));
        }
    }

    private double get(long row, long column) {
        return matrix.get(row * n + column);
    }
}
