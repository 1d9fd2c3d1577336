package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.Recurrent;
import java.util.List;

/** Recurrent layers and their gradients, step by step; the workspace stays unused. */
final class RecurrentKernels {
    private RecurrentKernels() {}

    static Kernel forward(Recurrent op, List<Tensor> in, List<Tensor> out) {
        return () -> {
            RecurrentTrace trace = new RecurrentTrace(op, in);
            for (int done = 0; done < trace.steps; done++) {
                write(out.getFirst(), op.direction().step(done, trace.steps), trace.hidden[done + 1]);
            }
            if (op.cell().hasCellState()) {
                write(out.get(1), 0, trace.cells[trace.steps]);
            }
        };
    }

    private static void write(Tensor tensor, long row, double[] values) {
        for (int i = 0; i < values.length; i++) {
            tensor.set(row * values.length + i, values[i]);
        }
    }

    /**
     * Walks the steps back. Each gives the gradients by {@code a = W_ih x + b_ih} and {@code b = W_hh h + b_hh}, from
     * which those of weights, biases, input and the state before follow.
     */
    static Kernel backward(Recurrent op, List<Tensor> in, List<Tensor> out) {
        boolean celled = op.cell().hasCellState();
        int given = celled ? 7 : 6;
        Tensor diffY = in.get(given + (celled ? 3 : 2));
        return () -> {
            RecurrentTrace trace = new RecurrentTrace(op, in);
            double[][] gradients = new double[given][];
            for (int i = 0; i < given; i++) {
                gradients[i] = new double[Math.toIntExact(out.get(i).elements())];
            }
            double[] diffHidden = gradients[5];
            double[] diffCell = celled ? gradients[6] : new double[0];
            for (int i = 0; i < diffCell.length; i++) {
                diffCell[i] = in.getLast().get(i);
            }
            for (int done = trace.steps - 1; done >= 0; done--) {
                long row = op.direction().step(done, trace.steps);
                for (int i = 0; i < diffHidden.length; i++) {
                    diffHidden[i] += diffY.get(row * diffHidden.length + i);
                }
                double[] diffA = new double[trace.batch * trace.gates];
                double[] diffB = new double[trace.batch * trace.gates];
                trace.backward(done, diffHidden, diffCell, diffA, diffB);
                spread(trace, in, row, done, diffA, diffB, gradients);
            }
            for (int i = 0; i < given; i++) {
                for (int k = 0; k < gradients[i].length; k++) {
                    out.get(i).set(k, gradients[i][k]);
                }
            }
        };
    }

    private static void spread(RecurrentTrace trace, List<Tensor> in, long row, int done, double[] diffA,
            double[] diffB, double[][] gradients) {
        for (int n = 0; n < trace.batch; n++) {
            for (int g = 0; g < trace.gates; g++) {
                double a = diffA[n * trace.gates + g];
                double b = diffB[n * trace.gates + g];
                gradients[3][g] += a;
                gradients[4][g] += b;
                for (int c = 0; c < trace.inputs; c++) {
                    int x = Math.toIntExact((row * trace.batch + n) * trace.inputs + c);
                    gradients[0][x] += a * in.get(1).get((long) g * trace.inputs + c);
                    gradients[1][g * trace.inputs + c] += a * in.get(0).get(x);
                }
                for (int h = 0; h < trace.width; h++) {
                    gradients[5][n * trace.width + h] += b * in.get(2).get((long) g * trace.width + h);
                    gradients[2][g * trace.width + h] += b * trace.hidden[done][n * trace.width + h];
                }
            }
        }
    }
}
