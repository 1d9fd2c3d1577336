package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.MatMul;
import dev.gatun.shape.Shape;

/** Products of matrices, each element as one sum. */
final class MatMulKernels {
    private MatMulKernels() {}

    static Kernel of(MatMul op, Tensor a, Tensor b, Tensor y) {
        Shape batch = MatMul.batch(y.shape());
        BroadcastKernels.Repeated left = new BroadcastKernels.Repeated(MatMul.batch(a.shape()), batch);
        BroadcastKernels.Repeated right = new BroadcastKernels.Repeated(MatMul.batch(b.shape()), batch);
        long rows = y.shape().extent(-2);
        long columns = y.shape().extent(-1);
        long inner = MatMul.columns(a.shape(), op.a());
        return () -> {
            for (long n = 0; n < batch.elements(); n++) {
                long firstOfA = left.at(n) * rows * inner;
                long firstOfB = right.at(n) * inner * columns;
                for (long i = 0; i < rows; i++) {
                    for (long j = 0; j < columns; j++) {
                        double sum = 0;
                        for (long k = 0; k < inner; k++) {
                            sum += a.get(firstOfA + at(op.a(), i, k, rows, inner))
                                    * b.get(firstOfB + at(op.b(), k, j, inner, columns));
                        }
                        y.set((n * rows + i) * columns + j, sum);
                    }
                }
            }
        };
    }

    private static long at(MatMul.Given given, long row, long column, long rows, long columns) {
        return switch (given) {
            case PLAIN -> row * columns + column;
            case TRANSPOSED -> column * rows + row;
        };
    }
}
