package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.Window;

/** The mean of each window, padding counted as zeros. */
final class AvgPoolKernels {
    private AvgPoolKernels() {}

    static Kernel forward(Window window, Tensor x, Tensor y) {
        double size = window.height() * window.width();
        return () -> {
            for (long n = 0; n < y.extent(0); n++) {
                for (long c = 0; c < y.extent(1); c++) {
                    for (long h = 0; h < y.extent(2); h++) {
                        for (long w = 0; w < y.extent(3); w++) {
                            y.set(y.at(n, c, h, w), sum(window, x, n, c, h, w) / size);
                        }
                    }
                }
            }
        };
    }

    private static double sum(Window window, Tensor x, long n, long c, long h, long w) {
        long top = h * window.strideHeight() - window.paddingHeight();
        long left = w * window.strideWidth() - window.paddingWidth();
        double sum = 0;
        for (long row = Math.max(0, top); row < Math.min(x.extent(2), top + window.height()); row++) {
            for (long column = Math.max(0, left); column < Math.min(x.extent(3), left + window.width()); column++) {
                sum += x.get(x.at(n, c, row, column));
            }
        }
        return sum;
    }

    static Kernel backward(Window window, Tensor diffY, Tensor diffX) {
        double size = window.height() * window.width();
        return () -> {
            for (long n = 0; n < diffX.extent(0); n++) {
                for (long c = 0; c < diffX.extent(1); c++) {
                    for (long h = 0; h < diffX.extent(2); h++) {
                        for (long w = 0; w < diffX.extent(3); w++) {
                            diffX.set(diffX.at(n, c, h, w), diffSum(window, diffY, n, c, h, w) / size);
                        }
                    }
                }
            }
        };
    }

    /** The sum over the windows that contain one input. */
    private static double diffSum(Window window, Tensor diffY, long n, long c, long h, long w) {
        Readers rows = Readers.of(h, window.height(), window.strideHeight(), window.paddingHeight(), diffY.extent(2));
        Readers columns = Readers.of(w, window.width(), window.strideWidth(), window.paddingWidth(), diffY.extent(3));
        double sum = 0;
        for (long row = rows.first(); row <= rows.last(); row++) {
            for (long column = columns.first(); column <= columns.last(); column++) {
                sum += diffY.get(diffY.at(n, c, row, column));
            }
        }
        return sum;
    }
}
