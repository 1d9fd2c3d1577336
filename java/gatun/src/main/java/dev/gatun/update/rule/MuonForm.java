package dev.gatun.update.rule;

import dev.gatun.update.Norms;

/** Muon for one matrix. */
final class MuonForm {
    private MuonForm() {}

    /** Moves the weights, (rows, columns) row-major, one step; {@code momentum} as they. */
    static void step(
            MuonHyperparameters group, int rows, double[] weights, double[] gradients, double[] momentum) {
        int columns = rows == 0 ? 0 : weights.length / rows;
        double[] x = new double[weights.length];
        for (int i = 0; i < x.length; i++) {
            double g = Gradients.of(group.direction(), 0, 0, weights[i], gradients[i]);
            momentum[i] = group.momentum() * momentum[i] + (1 - group.momentum()) * g;
            x[i] = switch (group.variant()) {
                case CLASSIC -> momentum[i];
                case NESTEROV -> group.momentum() * momentum[i] + (1 - group.momentum()) * g;
            };
        }
        double norm = Math.max(Norms.of(x), group.epsilon());
        for (int i = 0; i < x.length; i++) {
            x[i] /= norm;
        }
        double[] orthogonal = rows > columns
                ? transposed(iterated(group, columns, transposed(x, columns)), rows)
                : iterated(group, rows, x);
        double rate = group.learningRate() * switch (group.adjustment()) {
            case ORIGINAL -> Math.sqrt(Math.max(1, (double) rows / columns));
            case MATCH_RMS_ADAMW -> 0.2 * Math.sqrt(Math.max(rows, columns));
        };
        for (int i = 0; i < x.length; i++) {
            weights[i] = weights[i] * (1 - group.learningRate() * group.weightDecay()) - rate * orthogonal[i];
        }
    }

    private static double[] iterated(MuonHyperparameters group, int rows, double[] first) {
        double[] x = first;
        for (int step = 0; step < group.steps(); step++) {
            double[] gram = product(x, transposed(x, rows == 0 ? 0 : x.length / rows), rows);
            double[] square = product(gram, gram, rows);
            double[] polynomial = new double[gram.length];
            for (int i = 0; i < gram.length; i++) {
                polynomial[i] = group.b() * gram[i] + group.c() * square[i] + (i % (rows + 1) == 0 ? group.a() : 0);
            }
            x = product(polynomial, x, rows);
        }
        return x;
    }

    /** (rows, inner) times (inner, columns). */
    private static double[] product(double[] left, double[] right, int rows) {
        if (rows == 0 || left.length == 0) {
            return new double[0];
        }
        int inner = left.length / rows;
        int columns = right.length / inner;
        double[] result = new double[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int k = 0; k < inner; k++) {
                double factor = left[i * inner + k];
                for (int j = 0; j < columns; j++) {
                    result[i * columns + j] += factor * right[k * columns + j];
                }
            }
        }
        return result;
    }

    /** The transpose, which has so many rows. */
    private static double[] transposed(double[] matrix, int rows) {
        int columns = rows == 0 ? 0 : matrix.length / rows;
        double[] result = new double[matrix.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                result[i * columns + j] = matrix[j * rows + i];
            }
        }
        return result;
    }
}
