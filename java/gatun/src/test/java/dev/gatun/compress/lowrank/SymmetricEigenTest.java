package dev.gatun.compress.lowrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymmetricEigenTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 17, 64})
    void vectorsAreOrthonormalAndTheMatrixStretchesThemByTheValues(int n) {
        SplittableRandom random = new SplittableRandom(n);
        double[][] matrix = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                matrix[i][j] = random.nextDouble(-1, 1);
                matrix[j][i] = matrix[i][j];
            }
        }
        SymmetricEigen eigen = SymmetricEigen.of(matrix);
        double[] values = eigen.values();
        double[][] vectors = eigen.vectors(n);
        double trace = 0;
        double sum = 0;
        for (int a = 0; a < n; a++) {
            assertThat(a == 0 || values[a] <= values[a - 1]).isTrue();
            sum += values[a];
            trace += matrix[a][a];
            for (int b = 0; b < n; b++) {
                assertThat(dot(vectors[a], vectors[b])).isCloseTo(a == b ? 1 : 0, within(1e-12));
            }
            for (int i = 0; i < n; i++) {
                assertThat(dot(matrix[i], vectors[a])).isCloseTo(values[a] * vectors[a][i], within(1e-12));
            }
        }
        assertThat(sum).isCloseTo(trace, within(1e-11));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 6})
    void equalAndZeroValuesDecomposeToo(int n) {
        double[][] ones = new double[n][n];
        for (double[] row : ones) {
            Arrays.fill(row, 1);
        }
        double[] values = SymmetricEigen.of(ones).values();
        assertThat(values[0]).isCloseTo(n, within(1e-12));
        assertThat(values[n - 1]).isCloseTo(0, within(1e-12));
        assertThat(SymmetricEigen.of(new double[n][n]).values()).containsOnly(0);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
