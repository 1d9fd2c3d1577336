package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.Window;

/**
 * The largest value of each window. The workspace holds the winner's position in its image:
 * {@code row * width + column}.
 */
final class MaxPoolKernels {
    private MaxPoolKernels() {}

    static Kernel forward(Window window, Tensor x, Tensor y, Tensor winners) {
        return () -> {
            for (long n = 0; n < y.extent(0); n++) {
                for (long c = 0; c < y.extent(1); c++) {
                    for (long h = 0; h < y.extent(2); h++) {
                        for (long w = 0; w < y.extent(3); w++) {
                            long winner = winner(window, x, n, c, h, w);
                            long at = y.at(n, c, h, w);
                            y.set(at, x.get(x.at(n, c, 0, 0) + winner));
                            winners.setLong(at, winner);
                        }
                    }
                }
            }
        };
    }

    /** The first of the largest values; a NaN is larger than any number, and the last one wins, as in PyTorch. */
    private static long winner(Window window, Tensor x, long n, long c, long h, long w) {
        long winner = -1;
        double largest = Double.NEGATIVE_INFINITY;
        for (long kh = 0; kh < window.height(); kh++) {
            long row = h * window.strideHeight() - window.paddingHeight() + kh;
            if (row < 0 || row >= x.extent(2)) {
                continue;
            }
            for (long kw = 0; kw < window.width(); kw++) {
                long column = w * window.strideWidth() - window.paddingWidth() + kw;
                if (column < 0 || column >= x.extent(3)) {
                    continue;
                }
                double value = x.get(x.at(n, c, row, column));
                if (winner < 0 || value > largest || Double.isNaN(value)) {
                    winner = row * x.extent(3) + column;
                    largest = value;
                }
            }
        }
        return winner; // padding is at most half of the window, so that some element lies inside the image
    }

    static Kernel backward(Window window, Tensor diffY, Tensor winners, Tensor diffX) {
        return () -> {
            for (long n = 0; n < diffX.extent(0); n++) {
                for (long c = 0; c < diffX.extent(1); c++) {
                    for (long h = 0; h < diffX.extent(2); h++) {
                        for (long w = 0; w < diffX.extent(3); w++) {
                            diffX.set(diffX.at(n, c, h, w), won(window, diffY, winners, n, c, h, w, diffX.extent(3)));
                        }
                    }
                }
            }
        };
    }

    /** One input's gradient: the sum over the windows that it won. */
    private static double won(
            Window window, Tensor diffY, Tensor winners, long n, long c, long h, long w, long width) {
        Readers rows = Readers.of(h, window.height(), window.strideHeight(), window.paddingHeight(), diffY.extent(2));
        Readers columns = Readers.of(w, window.width(), window.strideWidth(), window.paddingWidth(), diffY.extent(3));
        double sum = 0;
        for (long row = rows.first(); row <= rows.last(); row++) {
            for (long column = columns.first(); column <= columns.last(); column++) {
                long at = diffY.at(n, c, row, column);
                if (winners.getLong(at) == h * width + w) {
                    sum += diffY.get(at);
                }
            }
        }
        return sum;
    }
}
