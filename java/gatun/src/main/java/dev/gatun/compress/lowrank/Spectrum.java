package dev.gatun.compress.lowrank;

/** The singular values of a matrix and the vectors of its smaller side. */
final class Spectrum {
    private final int rows;
    private final int columns;
    private final float[] matrix;
    private final SymmetricEigen eigen;
    private final double[] squares;
    private final double total;

    private Spectrum(float[] matrix, int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        this.matrix = matrix;
        this.eigen = SymmetricEigen.of(gram());
        squares = eigen.values();
        double sum = 0;
        for (int i = 0; i < squares.length; i++) {
            squares[i] = Math.max(0, squares[i]);
            sum += squares[i];
        }
        total = sum;
    }

    /** @param matrix row-major */
    static Spectrum of(float[] matrix, int rows, int columns) {
        return new Spectrum(matrix, rows, columns);
    }

    private boolean isWide() {
        return rows <= columns;
    }

    /** {@code W W^T}, or {@code W^T W} where that is smaller. */
    private double[][] gram() {
        int n = Math.min(rows, columns);
        double[][] gram = new double[n][n];
        if (isWide()) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j <= i; j++) {
                    double sum = 0;
                    for (int k = 0; k < columns; k++) {
                        sum += (double) matrix[i * columns + k] * matrix[j * columns + k];
                    }
                    gram[i][j] = sum;
                    gram[j][i] = sum;
                }
            }
        } else {
            for (int row = 0; row < rows; row++) {
                for (int i = 0; i < n; i++) {
                    double element = matrix[row * columns + i];
                    for (int j = 0; j < n; j++) {
                        gram[i][j] += element * matrix[row * columns + j];
                    }
                }
            }
        }
        return gram;
    }

    /** The rank that options ask for, at least 1. */
    int rank(LowRankOptions.Rank wanted) {
        return switch (wanted) {
            case LowRankOptions.Rank.Ratio(double share) -> Math.max(1, (int) Math.round(share * squares.length));
            case LowRankOptions.Rank.Energy(double share) -> {
                int rank = 1;
                while (rank < squares.length && energy(rank) < share) {
                    rank++;
                }
                yield rank;
            }
        };
    }

    /** The share of the squared singular values that the largest have. */
    double energy(int rank) {
        double sum = 0;
        for (int i = 0; i < rank; i++) {
            sum += squares[i];
        }
        return total == 0 ? 1 : Math.min(1, sum / total);
    }

    /** The nearest matrix of a rank as a product: {@code {in (rank, columns), out (rows, rank)}}, row-major. */
    float[][] factors(int rank) {
        double[][] vectors = eigen.vectors(rank);
        float[] in = new float[rank * columns];
        float[] out = new float[rows * rank];
        for (int r = 0; r < rank; r++) {
            double[] vector = vectors[r];
            if (isWide()) {
                for (int k = 0; k < columns; k++) {
                    double sum = 0;
                    for (int i = 0; i < rows; i++) {
                        sum += vector[i] * matrix[i * columns + k];
                    }
                    in[r * columns + k] = (float) sum;
                }
                for (int i = 0; i < rows; i++) {
                    out[i * rank + r] = (float) vector[i];
                }
            } else {
                for (int k = 0; k < columns; k++) {
                    in[r * columns + k] = (float) vector[k];
                }
                for (int i = 0; i < rows; i++) {
                    double sum = 0;
                    for (int k = 0; k < columns; k++) {
                        sum += vector[k] * matrix[i * columns + k];
                    }
                    out[i * rank + r] = (float) sum;
                }
            }
        }
        return new float[][] {in, out};
    }
}
