package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.Convolution;
import dev.gatun.op.Slide;
import org.jspecify.annotations.Nullable;

/** Convolution and its gradients, each element of a result as one sum. */
final class ConvolutionKernels {
    private ConvolutionKernels() {}

    static Kernel forward(Convolution op, Tensor x, Tensor weight, @Nullable Tensor bias, Tensor y) {
        Window window = new Window(op, Volume.of(x), Volume.of(weight), Volume.of(y));
        return () -> window.y.forEach((n, o, d, h, w) ->
                y.set(window.y.at(n, o, d, h, w), (bias == null ? 0 : bias.get(o)) + window.correlate(n, o, d, h, w)));
    }

    static Kernel backwardData(Convolution op, Tensor diffY, Tensor weight, Tensor diffX) {
        Window window = new Window(op, Volume.of(diffX), Volume.of(weight), Volume.of(diffY));
        return () -> window.x.forEach((n, c, d, h, w) ->
                diffX.set(window.x.at(n, c, d, h, w), window.diffInput(n, c, d, h, w)));
    }

    static Kernel backwardWeights(Convolution op, Tensor x, Tensor diffY, Tensor diffWeight,
            @Nullable Tensor diffBias) {
        Window window = new Window(op, Volume.of(x), Volume.of(diffWeight), Volume.of(diffY));
        return () -> {
            window.weight.forEach((o, c, kd, kh, kw) ->
                    diffWeight.set(window.weight.at(o, c, kd, kh, kw), window.diffWeight(o, c, kd, kh, kw)));
            for (long o = 0; diffBias != null && o < diffWeight.extent(0); o++) {
                diffBias.set(o, channelSum(window.y, o));
            }
        };
    }

    private static double channelSum(Volume diffY, long channel) {
        double sum = 0;
        for (long n = 0; n < diffY.batch(); n++) {
            long first = diffY.at(n, channel);
            for (long i = first; i < first + diffY.image(); i++) {
                sum += diffY.tensor().get(i);
            }
        }
        return sum;
    }

    /** A convolution's geometry, and the tensors or gradients that it relates. */
    private record Window(Volume x, Volume weight, Volume y, long groups, Slide depth, Slide height, Slide width) {
        Window(Convolution op, Volume x, Volume weight, Volume y) {
            Slide[] slides = Volume.slides(op.axes());
            this(x, weight, y, op.groups(), slides[0], slides[1], slides[2]);
        }

        private long outputsPerGroup() {
            return weight.batch() / groups;
        }

        /** One output before the bias: the sum over the input channels of its group and the window. */
        double correlate(long n, long o, long d, long h, long w) {
            long firstChannel = o / outputsPerGroup() * weight.channels();
            double sum = 0;
            for (long c = 0; c < weight.channels(); c++) {
                for (long kd = 0; kd < weight.depth(); kd++) {
                    long plane = depth.source(d, kd);
                    for (long kh = 0; Volume.inside(plane, x.depth()) && kh < weight.height(); kh++) {
                        long row = height.source(h, kh);
                        for (long kw = 0; Volume.inside(row, x.height()) && kw < weight.width(); kw++) {
                            long column = width.source(w, kw);
                            if (Volume.inside(column, x.width())) {
                                sum += x.tensor().get(x.at(n, firstChannel + c, plane, row, column))
                                        * weight.tensor().get(weight.at(o, c, kd, kh, kw));
                            }
                        }
                    }
                }
            }
            return sum;
        }

        /** One input's gradient: the sum over the outputs of its group that read it. */
        double diffInput(long n, long c, long d, long h, long w) {
            long firstOutput = c / weight.channels() * outputsPerGroup();
            long channel = c % weight.channels();
            double sum = 0;
            for (long o = firstOutput; o < firstOutput + outputsPerGroup(); o++) {
                for (long kd = 0; kd < weight.depth(); kd++) {
                    long plane = reader(depth, d, kd, y.depth());
                    for (long kh = 0; plane >= 0 && kh < weight.height(); kh++) {
                        long row = reader(height, h, kh, y.height());
                        for (long kw = 0; row >= 0 && kw < weight.width(); kw++) {
                            long column = reader(width, w, kw, y.width());
                            if (column >= 0) {
                                sum += y.tensor().get(y.at(n, o, plane, row, column))
                                        * weight.tensor().get(weight.at(o, channel, kd, kh, kw));
                            }
                        }
                    }
                }
            }
            return sum;
        }

        /** The output whose window has a position as one of its elements, or -1 when there is none. */
        private static long reader(Slide slide, long position, long element, long extent) {
            long start = position + slide.before() - element * slide.dilation();
            return start >= 0 && start % slide.stride() == 0 && start / slide.stride() < extent
                    ? start / slide.stride() : -1;
        }

        /** One weight's gradient: the sum over the batch and all window positions. */
        double diffWeight(long o, long c, long kd, long kh, long kw) {
            long channel = o / outputsPerGroup() * weight.channels() + c;
            double sum = 0;
            for (long n = 0; n < y.batch(); n++) {
                for (long d = 0; d < y.depth(); d++) {
                    long plane = depth.source(d, kd);
                    for (long h = 0; Volume.inside(plane, x.depth()) && h < y.height(); h++) {
                        long row = height.source(h, kh);
                        for (long w = 0; Volume.inside(row, x.height()) && w < y.width(); w++) {
                            long column = width.source(w, kw);
                            if (Volume.inside(column, x.width())) {
                                sum += y.tensor().get(y.at(n, o, d, h, w))
                                        * x.tensor().get(x.at(n, channel, plane, row, column));
                            }
                        }
                    }
                }
            }
            return sum;
        }
    }
}
