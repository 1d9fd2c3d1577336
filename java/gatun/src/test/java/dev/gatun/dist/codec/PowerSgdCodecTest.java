package dev.gatun.dist.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.dist.Reduction;
import dev.gatun.dist.codec.GradientCompression.PowerSgd;
import dev.gatun.memory.NoLeaks;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Matrices of low rank in place of the ranks' sums. */
@ExtendWith(NoLeaks.class)
class PowerSgdCodecTest {
    private static final int ROWS = 30;
    private static final int COLUMNS = 45;
    private static final List<TensorRange> TENSORS =
            List.of(new TensorRange(0, ROWS, COLUMNS), new TensorRange(4L * ROWS * COLUMNS, ROWS, 1));
    private static final int SIZE = ROWS * (COLUMNS + 1);

    private static double[][] draw(int rows, int columns, long seed) {
        Random random = new Random(seed);
        double[][] matrix = new double[rows][columns];
        for (double[] row : matrix) {
            for (int j = 0; j < columns; j++) {
                row[j] = random.nextGaussian();
            }
        }
        return matrix;
    }

    private static double[][] product(double[][] a, double[][] b) {
        double[][] product = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int k = 0; k < b.length; k++) {
                for (int j = 0; j < b[0].length; j++) {
                    product[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return product;
    }

    private static double[][] transposed(double[][] a) {
        double[][] transposed = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                transposed[j][i] = a[i][j];
            }
        }
        return transposed;
    }

    private static float[] slab(double[][] matrix, float bias) {
        float[] values = new float[SIZE];
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < COLUMNS; j++) {
                values[i * COLUMNS + j] = (float) matrix[i][j];
            }
            values[ROWS * COLUMNS + i] = bias * (i + 1);
        }
        return values;
    }

    /** The orthogonal projection on a matrix's columns, by elimination on the normal equations. */
    private static double[][] projection(double[][] p) {
        double[][] gram = product(transposed(p), p);
        int n = gram.length;
        double[][] solved = transposed(p); // gram x = p^T
        for (int k = 0; k < n; k++) {
            for (int i = k + 1; i < n; i++) {
                double factor = gram[i][k] / gram[k][k];
                for (int j = k; j < n; j++) {
                    gram[i][j] -= factor * gram[k][j];
                }
                for (int j = 0; j < p.length; j++) {
                    solved[i][j] -= factor * solved[k][j];
                }
            }
        }
        for (int k = n - 1; k >= 0; k--) {
            for (int j = 0; j < p.length; j++) {
                for (int i = k + 1; i < n; i++) {
                    solved[k][j] -= gram[k][i] * solved[i][j];
                }
                solved[k][j] /= gram[k][k];
            }
        }
        return product(p, solved);
    }

    /** A step is the projection of the sum on the columns of {@code M Q}, whichever orthonormal basis these have. */
    @ParameterizedTest
    @CsvSource({"1,4,1", "2,3,1", "3,1,1", "4,5,1", "3,3,2", "2,2,3"})
    void projectsTheSum(int ranks, int rank, int iterations) {
        double[][] sum = new double[ROWS][COLUMNS];
        for (int r = 0; r < ranks; r++) {
            double[][] each = draw(ROWS, COLUMNS, r);
            for (int i = 0; i < ROWS; i++) {
                for (int j = 0; j < COLUMNS; j++) {
                    sum[i][j] += (float) each[i][j];
                }
            }
        }
        CodecRuns.run(ranks, new PowerSgd(rank, 1, iterations, 0), TENSORS, SIZE, (group, reducer, slab) -> {
            float[] factor = CodecRuns.get(CodecRuns.state(reducer, "right-factors").memory().segment());
            double[][] q = new double[COLUMNS][rank];
            for (int c = 0; c < rank; c++) {
                for (int j = 0; j < COLUMNS; j++) {
                    q[j][c] = factor[c * COLUMNS + j];
                }
            }
            double[][] p = product(sum, q);
            for (int i = 1; i < iterations; i++) {
                p = product(sum, product(transposed(sum), smaller(p)));
            }
            double[][] wanted = product(projection(p), sum);
            CodecRuns.set(slab, slab(draw(ROWS, COLUMNS, group.rank()), 1));
            reducer.reduce(group, slab, 0, slab.byteSize());
            float[] result = CodecRuns.get(slab);
            for (int i = 0; i < ROWS; i++) {
                for (int j = 0; j < COLUMNS; j++) {
                    assertThat((double) result[i * COLUMNS + j]).isCloseTo(wanted[i][j], within(2e-4));
                }
                assertThat(result[ROWS * COLUMNS + i]).isEqualTo(ranks * (i + 1));
            }
        });
    }

    /** The columns span the same space, and their products stay in range. */
    private static double[][] smaller(double[][] p) {
        double[][] scaled = new double[p.length][];
        for (int i = 0; i < p.length; i++) {
            scaled[i] = p[i].clone();
            for (int j = 0; j < scaled[i].length; j++) {
                scaled[i][j] /= 100;
            }
        }
        return scaled;
    }

    /** One step finds the columns of a matrix of low rank, even of a lower one than the factors'. */
    @ParameterizedTest
    @CsvSource({"1,3,3", "2,3,3", "3,2,4", "4,1,4", "2,0,4"})
    void isExactForMatricesOfLowRank(int ranks, int matrixRank, int rank) {
        double[][] left = draw(ROWS, Math.max(1, matrixRank), 1);
        double[][] right = draw(Math.max(1, matrixRank), COLUMNS, 2);
        double[][] matrix = matrixRank == 0 ? new double[ROWS][COLUMNS] : product(left, right);
        CodecRuns.run(ranks, new PowerSgd(rank, 1, 1, 0), TENSORS, SIZE, (group, reducer, slab) -> {
            for (int step = 0; step < 3; step++) {
                CodecRuns.set(slab, slab(matrix, 1));
                reducer.reduce(group, slab, 0, slab.byteSize());
                float[] result = CodecRuns.get(slab);
                for (int i = 0; i < ROWS; i++) {
                    for (int j = 0; j < COLUMNS; j++) {
                        assertThat((double) result[i * COLUMNS + j]).isCloseTo(ranks * matrix[i][j], within(1e-4));
                    }
                }
            }
        });
    }

    /** After a step without gradients, the factors still have directions. */
    @Test
    void goesOnAfterZeros() {
        double[][] matrix = product(draw(ROWS, 2, 1), draw(2, COLUMNS, 2));
        CodecRuns.run(2, new PowerSgd(2, 1, 1, 0), TENSORS, SIZE, (group, reducer, slab) -> {
            for (int step = 0; step < 3; step++) {
                CodecRuns.set(slab, step == 1 ? new float[SIZE] : slab(matrix, 0));
                reducer.reduce(group, slab, 0, slab.byteSize());
            }
            assertThat((double) CodecRuns.get(slab)[5]).isCloseTo(2 * matrix[0][5], within(1e-4));
        });
    }

    /** With the factors of the last step, an iteration a step finds the best approximation of a matrix that stays. */
    @Test
    void warmStartFindsTheLargestSingularValue() {
        double[][] matrix = draw(ROWS, COLUMNS, 3);
        double[] vector = new double[COLUMNS];
        vector[0] = 1;
        double norm = 0;
        for (int i = 0; i < 2_000; i++) {
            double[][] next = product(transposed(matrix), product(matrix, transposed(new double[][] {vector})));
            norm = 0;
            for (double[] each : next) {
                norm += each[0] * each[0];
            }
            norm = Math.sqrt(norm);
            for (int j = 0; j < COLUMNS; j++) {
                vector[j] = next[j][0] / norm;
            }
        }
        double wanted = Math.sqrt(norm);
        CodecRuns.run(1, new PowerSgd(1, 1, 1, 0), TENSORS, SIZE, (group, reducer, slab) -> {
            double last = 0;
            for (int step = 0; step < 300; step++) {
                CodecRuns.state(reducer, "error").memory().segment().fill((byte) 0); // the matrix alone
                CodecRuns.set(slab, slab(matrix, 0));
                reducer.reduce(group, slab, 0, slab.byteSize());
                float[] result = CodecRuns.get(slab);
                double sum = 0;
                for (int i = 0; i < ROWS * COLUMNS; i++) {
                    sum += (double) result[i] * result[i];
                }
                last = Math.sqrt(sum); // Frobenius norm of a matrix of rank 1: its singular value
            }
            assertThat(last).isCloseTo(wanted, within(1e-3 * wanted));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void sendsWholeGradientsAtFirst(int ranks) {
        CodecRuns.run(ranks, new PowerSgd(1, 1, 1, 2), TENSORS, SIZE, (group, reducer, slab) -> {
            for (int step = 0; step < 3; step++) {
                float[] mine = slab(draw(ROWS, COLUMNS, 10L * step + group.rank()), 1);
                CodecRuns.set(slab, mine);
                group.allReduce(slab, 0, slab.byteSize(), Reduction.SUM);
                float[] sum = CodecRuns.get(slab);
                CodecRuns.set(slab, mine);
                reducer.reduce(group, slab, 0, slab.byteSize());
                if (step < 2) {
                    assertThat(CodecRuns.get(slab)).isEqualTo(sum);
                } else {
                    assertThat(CodecRuns.get(slab)).isNotEqualTo(sum);
                }
            }
        });
    }

    @Test
    void compressesWhereItSaves() {
        PowerSgd options = PowerSgd.DEFAULTS;
        assertThat(PowerSgdCodec.rank(options, 512, 4_608)).isEqualTo(4);
        assertThat(PowerSgdCodec.rank(options, 64, 576)).isEqualTo(4); // 36,864 by 2,560
        assertThat(PowerSgdCodec.rank(options, 64, 64)).isZero(); // 4,096 by 512
        assertThat(PowerSgdCodec.rank(options, 1, 100_000)).isZero();
        assertThat(PowerSgdCodec.rank(options, 100_000, 1)).isZero();
        assertThat(PowerSgdCodec.rank(options, 2, 100_000)).isZero();
        assertThat(PowerSgdCodec.rank(new PowerSgd(8, 1, 1, 0), 3, 1_000)).isZero(); // factors are larger
        assertThat(PowerSgdCodec.rank(new PowerSgd(8, 1, 1, 0), 30, 1_000)).isEqualTo(8);
    }
}
