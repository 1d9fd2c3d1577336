package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.Convolution;
import org.jspecify.annotations.Nullable;

/** Convolution and its gradients, each element of a result as one sum. */
final class ConvolutionKernels {
    private ConvolutionKernels() {}

    static Kernel forward(Convolution op, Tensor x, Tensor weight, @Nullable Tensor bias, Tensor y) {
        return () -> {
            for (long n = 0; n < y.extent(0); n++) {
                for (long o = 0; o < y.extent(1); o++) {
                    for (long h = 0; h < y.extent(2); h++) {
                        for (long w = 0; w < y.extent(3); w++) {
                            double sum = bias == null ? 0 : bias.get(o);
                            sum += correlate(op, x, weight, n, o, h, w);
                            y.set(y.at(n, o, h, w), sum);
                        }
                    }
                }
            }
        };
    }

    /** One output before the bias: the sum over the input channels of its group and the window. */
    private static double correlate(Convolution op, Tensor x, Tensor weight, long n, long o, long h, long w) {
        long firstChannel = o / (weight.extent(0) / op.groups()) * weight.extent(1);
        double sum = 0;
        for (long c = 0; c < weight.extent(1); c++) {
            for (long kh = 0; kh < weight.extent(2); kh++) {
                long row = h * op.strideHeight() - op.paddingHeight() + kh * op.dilationHeight();
                if (row < 0 || row >= x.extent(2)) {
                    continue;
                }
                for (long kw = 0; kw < weight.extent(3); kw++) {
                    long column = w * op.strideWidth() - op.paddingWidth() + kw * op.dilationWidth();
                    if (column < 0 || column >= x.extent(3)) {
                        continue;
                    }
                    sum += x.get(x.at(n, firstChannel + c, row, column)) * weight.get(weight.at(o, c, kh, kw));
                }
            }
        }
        return sum;
    }

    static Kernel backwardData(Convolution op, Tensor diffY, Tensor weight, Tensor diffX) {
        return () -> {
            for (long n = 0; n < diffX.extent(0); n++) {
                for (long c = 0; c < diffX.extent(1); c++) {
                    for (long h = 0; h < diffX.extent(2); h++) {
                        for (long w = 0; w < diffX.extent(3); w++) {
                            diffX.set(diffX.at(n, c, h, w), diffInput(op, diffY, weight, n, c, h, w));
                        }
                    }
                }
            }
        };
    }

    /** One input's gradient: the sum over the outputs of its group that read it. */
    private static double diffInput(Convolution op, Tensor diffY, Tensor weight, long n, long c, long h, long w) {
        long outputsPerGroup = weight.extent(0) / op.groups();
        long firstOutput = c / weight.extent(1) * outputsPerGroup;
        long channel = c % weight.extent(1);
        double sum = 0;
        for (long o = firstOutput; o < firstOutput + outputsPerGroup; o++) {
            for (long kh = 0; kh < weight.extent(2); kh++) {
                long row = reader(h + op.paddingHeight() - kh * op.dilationHeight(), op.strideHeight(),
                        diffY.extent(2));
                if (row < 0) {
                    continue;
                }
                for (long kw = 0; kw < weight.extent(3); kw++) {
                    long column =
                            reader(w + op.paddingWidth() - kw * op.dilationWidth(), op.strideWidth(), diffY.extent(3));
                    if (column >= 0) {
                        sum += diffY.get(diffY.at(n, o, row, column)) * weight.get(weight.at(o, channel, kh, kw));
                    }
                }
            }
        }
        return sum;
    }

    /** The output position whose window starts at {@code start} (padding counted), or -1 when there is none. */
    private static long reader(long start, long stride, long extent) {
        return start >= 0 && start % stride == 0 && start / stride < extent ? start / stride : -1;
    }

    static Kernel backwardWeights(Convolution op, Tensor x, Tensor diffY, Tensor diffWeight,
            @Nullable Tensor diffBias) {
        return () -> {
            for (long o = 0; o < diffWeight.extent(0); o++) {
                for (long c = 0; c < diffWeight.extent(1); c++) {
                    for (long kh = 0; kh < diffWeight.extent(2); kh++) {
                        for (long kw = 0; kw < diffWeight.extent(3); kw++) {
                            diffWeight.set(
                                    diffWeight.at(o, c, kh, kw), diffWeight(op, x, diffY, diffWeight, o, c, kh, kw));
                        }
                    }
                }
                if (diffBias != null) {
                    diffBias.set(o, channelSum(diffY, o));
                }
            }
        };
    }

    /** One weight's gradient: the sum over the batch and all window positions. */
    private static double diffWeight(
            Convolution op, Tensor x, Tensor diffY, Tensor diffWeight, long o, long c, long kh, long kw) {
        long channel = o / (diffWeight.extent(0) / op.groups()) * diffWeight.extent(1) + c;
        double sum = 0;
        for (long n = 0; n < diffY.extent(0); n++) {
            for (long h = 0; h < diffY.extent(2); h++) {
                long row = h * op.strideHeight() - op.paddingHeight() + kh * op.dilationHeight();
                if (row < 0 || row >= x.extent(2)) {
                    continue;
                }
                for (long w = 0; w < diffY.extent(3); w++) {
                    long column = w * op.strideWidth() - op.paddingWidth() + kw * op.dilationWidth();
                    if (column >= 0 && column < x.extent(3)) {
                        sum += diffY.get(diffY.at(n, o, h, w)) * x.get(x.at(n, channel, row, column));
                    }
                }
            }
        }
        return sum;
    }

    private static double channelSum(Tensor diffY, long channel) {
        double sum = 0;
        for (long n = 0; n < diffY.extent(0); n++) {
            for (long h = 0; h < diffY.extent(2); h++) {
                for (long w = 0; w < diffY.extent(3); w++) {
                    sum += diffY.get(diffY.at(n, channel, h, w));
                }
            }
        }
        return sum;
    }
}
