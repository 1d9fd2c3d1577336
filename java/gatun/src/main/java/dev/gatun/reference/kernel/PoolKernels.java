package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.Pool;
import dev.gatun.op.Slide;
import dev.gatun.op.function.PoolKind;
import java.util.List;

/**
 * Pooling and its gradients. The workspace of a maximum holds the winner's position in its image:
 * {@code (plane * height + row) * width + column}.
 */
final class PoolKernels {
    private PoolKernels() {}

    static Kernel forward(Pool op, Tensor x, List<Tensor> out) {
        Geometry geometry = new Geometry(op, Volume.of(x), Volume.of(out.getFirst()));
        Volume y = geometry.y;
        Tensor result = out.getFirst();
        return switch (op.kind()) {
            case MAX -> () -> y.forEach((n, c, d, h, w) -> {
                long winner = geometry.winner(n, c, d, h, w);
                result.set(y.at(n, c, d, h, w), x.get(geometry.x.at(n, c) + winner));
                out.get(1).setLong(y.at(n, c, d, h, w), winner);
            });
            case AVERAGE, AVERAGE_WITHOUT_PADDING -> () -> y.forEach((n, c, d, h, w) ->
                    result.set(y.at(n, c, d, h, w), geometry.sum(n, c, d, h, w) / geometry.count(d, h, w)));
        };
    }

    static Kernel backward(Pool op, List<Tensor> in, Tensor diffX) {
        Geometry geometry = new Geometry(op, Volume.of(diffX), Volume.of(in.getFirst()));
        Volume x = geometry.x;
        return switch (op.kind()) {
            case MAX -> () -> x.forEach((n, c, d, h, w) ->
                    diffX.set(x.at(n, c, d, h, w), geometry.won(in.get(1), n, c, d, h, w)));
            case AVERAGE, AVERAGE_WITHOUT_PADDING -> () -> x.forEach((n, c, d, h, w) ->
                    diffX.set(x.at(n, c, d, h, w), geometry.diffSum(n, c, d, h, w)));
        };
    }

    /** A window's geometry, and the tensors or gradients that it relates. */
    private static final class Geometry {
        private final PoolKind kind;
        private final Volume x;
        private final Volume y;
        private final long[] sizes;
        private final Slide[] slides;

        Geometry(Pool op, Volume x, Volume y) {
            this.kind = op.kind();
            this.x = x;
            this.y = y;
            this.sizes = Volume.extents(op.window().sizes());
            this.slides = Volume.slides(op.window().slides());
        }

        /** What a mean is divided by. */
        double count(long d, long h, long w) {
            return switch (kind) {
                case AVERAGE_WITHOUT_PADDING -> (double) inside(0, d, x.depth()) * inside(1, h, x.height())
                        * inside(2, w, x.width());
                case AVERAGE, MAX -> (double) sizes[0] * sizes[1] * sizes[2];
            };
        }

        /** Elements of a window without dilation that lie in the image. */
        private long inside(int axis, long window, long extent) {
            long start = slides[axis].start(window);
            return Math.min(start + sizes[axis], extent) - Math.max(start, 0);
        }

        double sum(long n, long c, long d, long h, long w) {
            double sum = 0;
            for (long kd = 0; kd < sizes[0]; kd++) {
                long plane = slides[0].source(d, kd);
                for (long kh = 0; Volume.inside(plane, x.depth()) && kh < sizes[1]; kh++) {
                    long row = slides[1].source(h, kh);
                    for (long kw = 0; Volume.inside(row, x.height()) && kw < sizes[2]; kw++) {
                        long column = slides[2].source(w, kw);
                        if (Volume.inside(column, x.width())) {
                            sum += x.tensor().get(x.at(n, c, plane, row, column));
                        }
                    }
                }
            }
            return sum;
        }

        /** The first of the largest values; a NaN is larger than any number, and the last one wins, as in PyTorch. */
        long winner(long n, long c, long d, long h, long w) {
            long winner = -1; // some element of every window lies inside the image
            double largest = Double.NEGATIVE_INFINITY;
            for (long kd = 0; kd < sizes[0]; kd++) {
                long plane = slides[0].source(d, kd);
                for (long kh = 0; Volume.inside(plane, x.depth()) && kh < sizes[1]; kh++) {
                    long row = slides[1].source(h, kh);
                    for (long kw = 0; Volume.inside(row, x.height()) && kw < sizes[2]; kw++) {
                        long column = slides[2].source(w, kw);
                        if (!Volume.inside(column, x.width())) {
                            continue;
                        }
                        double value = x.tensor().get(x.at(n, c, plane, row, column));
                        if (winner < 0 || value > largest || Double.isNaN(value)) {
                            winner = x.position(plane, row, column);
                            largest = value;
                        }
                    }
                }
            }
            return winner;
        }

        /** What is summed over the windows that may contain one input. */
        @FunctionalInterface
        private interface Share {
            double of(long d, long h, long w);
        }

        private double overReaders(long d, long h, long w, Share share) {
            Readers planes = Readers.of(slides[0], sizes[0], d, y.depth());
            Readers rows = Readers.of(slides[1], sizes[1], h, y.height());
            Readers columns = Readers.of(slides[2], sizes[2], w, y.width());
            double sum = 0;
            for (long plane = planes.first(); plane <= planes.last(); plane++) {
                for (long row = rows.first(); row <= rows.last(); row++) {
                    for (long column = columns.first(); column <= columns.last(); column++) {
                        sum += share.of(plane, row, column);
                    }
                }
            }
            return sum;
        }

        /** One input's gradient by means: the windows, which have no dilation, all contain it. */
        double diffSum(long n, long c, long d, long h, long w) {
            return overReaders(d, h, w, (plane, row, column) ->
                    y.tensor().get(y.at(n, c, plane, row, column)) / count(plane, row, column));
        }

        /** One input's gradient by maxima: the sum over the windows that it won. */
        double won(Tensor winners, long n, long c, long d, long h, long w) {
            long position = x.position(d, h, w);
            return overReaders(d, h, w, (plane, row, column) -> {
                long at = y.at(n, c, plane, row, column);
                return winners.getLong(at) == position ? y.tensor().get(at) : 0;
            });
        }
    }
}
