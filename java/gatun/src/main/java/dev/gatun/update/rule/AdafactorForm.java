package dev.gatun.update.rule;

import dev.gatun.update.Norms;

/** Adafactor for one tensor. */
final class AdafactorForm {
    private AdafactorForm() {}

    /**
     * Moves the weights to where they are after step {@code t}.
     *
     * @param weights (rows, columns) row-major
     * @param states  the variances of rows and of columns, or the one of a vector
     */
    static void step(
            AdafactorHyperparameters group, long t, int rows, double[] weights, double[] gradients, double[][] states) {
        if (weights.length == 0) {
            return;
        }
        double share = Math.pow((double) t, group.beta2Decay());
        double[] variance = states.length == 1
                ? ofVector(share, gradients, states[0])
                : ofMatrix(group, share, rows, gradients, states[0], states[1]);
        double[] update = new double[weights.length];
        for (int i = 0; i < update.length; i++) {
            double g = Gradients.of(group.direction(), 0, 0, weights[i], gradients[i]);
            update[i] = g / Math.sqrt(Math.max(variance[i], group.epsilon1() * group.epsilon1()));
        }
        double root = Math.sqrt(weights.length);
        double rho = Math.min(group.learningRate(), 1 / Math.sqrt((double) t));
        double rate = rho * Math.max(group.epsilon2(), Norms.of(weights) / root)
                / Math.max(1, Norms.of(update) / (group.threshold() * root));
        for (int i = 0; i < weights.length; i++) {
            weights[i] = weights[i] * (1 - group.learningRate() * group.weightDecay()) - rate * update[i];
        }
    }

    private static double[] ofVector(double share, double[] gradients, double[] variance) {
        for (int i = 0; i < variance.length; i++) {
            variance[i] += share * (gradients[i] * gradients[i] - variance[i]);
        }
        return variance;
    }

    private static double[] ofMatrix(
            AdafactorHyperparameters group, double share, int rows, double[] gradients, double[] row, double[] column) {
        int columns = gradients.length / rows;
        double[] rowMeans = new double[rows];
        double[] columnMeans = new double[columns];
        for (int i = 0; i < gradients.length; i++) {
            double square = gradients[i] * gradients[i];
            rowMeans[i / columns] += square / columns;
            columnMeans[i % columns] += square / rows;
        }
        double mean = 0;
        for (int i = 0; i < rows; i++) {
            row[i] += share * (rowMeans[i] - row[i]);
            mean += row[i] / rows;
        }
        for (int i = 0; i < columns; i++) {
            column[i] += share * (columnMeans[i] - column[i]);
        }
        double[] variance = new double[gradients.length];
        for (int i = 0; i < variance.length; i++) {
            variance[i] = row[i / columns] * column[i % columns] / Math.max(mean, group.epsilon1());
        }
        return variance;
    }
}
