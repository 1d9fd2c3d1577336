package dev.gatun.reference.kernel;

import dev.gatun.op.Recurrent;
import java.util.List;

/** The states of a recurrent layer at all steps, in the order in which they are visited, and a step's gradients. */
final class RecurrentTrace {
    final int steps;
    final int batch;
    final int inputs;
    final int width;
    final int gates;
    /** Hidden and cell states {@code (batch, width)}, the first ones at 0. */
    final double[][] hidden;
    final double[][] cells;

    private final Recurrent op;
    /** Gates {@code (batch, gates)} of each step behind their functions; the products of the GRU's last one before. */
    private final double[][] open;
    private final double[][] products;

    RecurrentTrace(Recurrent op, List<Tensor> in) {
        this.op = op;
        this.steps = Math.toIntExact(in.get(0).extent(0));
        this.batch = Math.toIntExact(in.get(0).extent(1));
        this.inputs = Math.toIntExact(in.get(0).extent(2));
        this.width = Math.toIntExact(in.get(2).extent(1));
        this.gates = op.cell().gates() * width;
        this.hidden = new double[steps + 1][batch * width];
        this.cells = new double[steps + 1][batch * width];
        this.open = new double[steps][batch * gates];
        this.products = new double[steps][batch * width];
        for (int i = 0; i < batch * width; i++) {
            hidden[0][i] = in.get(5).get(i);
            cells[0][i] = op.cell().hasCellState() ? in.get(6).get(i) : 0;
        }
        for (int done = 0; done < steps; done++) {
            forward(in, done);
        }
    }

    private void forward(List<Tensor> in, int done) {
        long row = op.direction().step(done, steps);
        double[] a = new double[gates];
        double[] b = new double[gates];
        for (int n = 0; n < batch; n++) {
            for (int g = 0; g < gates; g++) {
                a[g] = in.get(3).get(g);
                b[g] = in.get(4).get(g);
                for (int c = 0; c < inputs; c++) {
                    a[g] += in.get(1).get((long) g * inputs + c) * in.get(0).get((row * batch + n) * inputs + c);
                }
                for (int h = 0; h < width; h++) {
                    b[g] += in.get(2).get((long) g * width + h) * hidden[done][n * width + h];
                }
            }
            for (int h = 0; h < width; h++) {
                step(done, n, h, a, b);
            }
        }
    }

    private void step(int done, int n, int h, double[] a, double[] b) {
        int at = n * width + h;
        double[] gate = open[done];
        int first = n * gates + h;
        int second = first + width;
        int third = second + width;
        gate[first] = sigmoid(a[h] + b[h]);
        gate[second] = sigmoid(a[width + h] + b[width + h]);
        switch (op.cell()) {
            case LSTM -> {
                gate[third] = Math.tanh(a[2 * width + h] + b[2 * width + h]);
                gate[third + width] = sigmoid(a[3 * width + h] + b[3 * width + h]);
                cells[done + 1][at] = gate[second] * cells[done][at] + gate[first] * gate[third];
                hidden[done + 1][at] = gate[third + width] * Math.tanh(cells[done + 1][at]);
            }
            case GRU -> {
                products[done][at] = b[2 * width + h];
                gate[third] = Math.tanh(a[2 * width + h] + gate[first] * products[done][at]);
                hidden[done + 1][at] = (1 - gate[second]) * gate[third] + gate[second] * hidden[done][at];
            }
        }
    }

    /**
     * The gradients of one step. Those by the states after it become those by the states before it, but for what comes
     * through the weights.
     */
    void backward(int done, double[] diffHidden, double[] diffCell, double[] diffA, double[] diffB) {
        for (int at = 0; at < batch * width; at++) {
            int first = at / width * gates + at % width;
            int second = first + width;
            int third = second + width;
            double[] gate = open[done];
            double diff = diffHidden[at];
            switch (op.cell()) {
                case LSTM -> {
                    int fourth = third + width;
                    double squashed = Math.tanh(cells[done + 1][at]);
                    double cell = diffCell[at] + diff * gate[fourth] * (1 - squashed * squashed);
                    diffA[first] = cell * gate[third] * slope(gate[first]);
                    diffA[second] = cell * cells[done][at] * slope(gate[second]);
                    diffA[third] = cell * gate[first] * (1 - gate[third] * gate[third]);
                    diffA[fourth] = diff * squashed * slope(gate[fourth]);
                    for (int i = first; i <= fourth; i += width) {
                        diffB[i] = diffA[i];
                    }
                    diffCell[at] = cell * gate[second];
                    diffHidden[at] = 0;
                }
                case GRU -> {
                    diffA[third] = diff * (1 - gate[second]) * (1 - gate[third] * gate[third]);
                    diffA[second] = diff * (hidden[done][at] - gate[third]) * slope(gate[second]);
                    diffA[first] = diffA[third] * products[done][at] * slope(gate[first]);
                    diffB[first] = diffA[first];
                    diffB[second] = diffA[second];
                    diffB[third] = diffA[third] * gate[first];
                    diffHidden[at] = diff * gate[second];
                }
            }
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** The derivative of the sigmoid, from its result. */
    private static double slope(double y) {
        return y * (1 - y);
    }
}
