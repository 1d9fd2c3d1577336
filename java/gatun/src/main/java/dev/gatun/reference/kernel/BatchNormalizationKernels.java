package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.Averaging;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.UpdateRunningStatistics;
import java.util.List;

/** Batch normalisation, its gradient, and what training does to the running statistics. */
final class BatchNormalizationKernels {
    private BatchNormalizationKernels() {}

    /** Where the elements of one channel lie in {@code (N, C, inner)}. */
    private record Channels(long batch, long channels, long inner) {
        static Channels of(Tensor x) {
            long batch = x.extent(0);
            long channels = x.extent(1);
            return new Channels(batch, channels, x.elements() == 0 ? 0 : x.elements() / (batch * channels));
        }

        long count() {
            return batch * inner;
        }

        /** The position of element {@code i}, of {@link #count}, of a channel. */
        long at(long channel, long i) {
            return (i / inner * channels + channel) * inner + i % inner;
        }
    }

    static Kernel training(BatchNormalization op, List<Tensor> in, List<Tensor> out) {
        Tensor x = in.get(0);
        Tensor y = out.get(0);
        Channels channels = Channels.of(x);
        return () -> {
            for (long c = 0; c < channels.channels(); c++) {
                double mean = mean(x, channels, c);
                double variance = variance(x, channels, c, mean);
                out.get(1).set(c, mean);
                out.get(2).set(c, variance);
                normalize(op, in, y, channels, c, mean, variance);
            }
        };
    }

    static Kernel statistics(Tensor x, Tensor means, Tensor variances) {
        Channels channels = Channels.of(x);
        return () -> {
            for (long c = 0; c < channels.channels(); c++) {
                double mean = mean(x, channels, c);
                means.set(c, mean);
                variances.set(c, variance(x, channels, c, mean));
            }
        };
    }

    static Kernel inference(BatchNormalization op, List<Tensor> in, Tensor y) {
        Channels channels = Channels.of(y);
        return () -> {
            for (long c = 0; c < channels.channels(); c++) {
                normalize(op, in, y, channels, c, in.get(3).get(c), in.get(4).get(c));
            }
        };
    }

    private static double mean(Tensor x, Channels channels, long c) {
        double sum = 0;
        for (long i = 0; i < channels.count(); i++) {
            sum += x.get(channels.at(c, i));
        }
        return sum / channels.count();
    }

    /** The biased variance, from the differences to the mean: no cancellation. */
    private static double variance(Tensor x, Channels channels, long c, double mean) {
        double sum = 0;
        for (long i = 0; i < channels.count(); i++) {
            double difference = x.get(channels.at(c, i)) - mean;
            sum += difference * difference;
        }
        return sum / channels.count();
    }

    private static void normalize(
            BatchNormalization op, List<Tensor> in, Tensor y, Channels channels, long c, double mean, double variance) {
        Tensor x = in.get(0);
        double scale = in.get(1).get(c);
        double shift = in.get(2).get(c);
        double deviation = Math.sqrt(variance + op.epsilon());
        for (long i = 0; i < channels.count(); i++) {
            long at = channels.at(c, i);
            y.set(at, (x.get(at) - mean) / deviation * scale + shift);
        }
    }

    static Kernel backward(BatchNormalization op, List<Tensor> in, List<Tensor> out) {
        Tensor x = in.get(0);
        Channels channels = Channels.of(x);
        return () -> {
            for (long c = 0; c < channels.channels(); c++) {
                double scale = in.get(2).get(c);
                double mean = in.get(4).get(c);
                double deviation = Math.sqrt(in.get(5).get(c) + op.epsilon());
                double diffShift = 0;
                double diffScale = 0;
                for (long i = 0; i < channels.count(); i++) {
                    long at = channels.at(c, i);
                    double diff = in.get(1).get(at);
                    diffShift += diff;
                    diffScale += diff * (x.get(at) - mean) / deviation;
                }
                out.get(1).set(c, diffScale);
                out.get(2).set(c, diffShift);
                for (long i = 0; i < channels.count(); i++) {
                    long at = channels.at(c, i);
                    double normalized = (x.get(at) - mean) / deviation;
                    // The batch's mean and variance depend on x too: their share is what the two sums take away.
                    double share = op.mode() == BatchNormalization.Mode.TRAINING
                            ? (diffShift + normalized * diffScale) / channels.count() : 0;
                    double centred = in.get(1).get(at) - share;
                    out.get(0).set(at, scale / deviation * centred);
                }
            }
        };
    }

    static Kernel updateRunning(UpdateRunningStatistics op, List<Tensor> in) {
        double unbiased = (double) op.count() / (op.count() - 1);
        return () -> {
            double momentum = switch (op.averaging()) {
                case Averaging.Exponential exponential -> exponential.momentum();
                case Averaging.Cumulative _ -> {
                    in.get(4).set(0, in.get(4).get(0) + 1);
                    yield 1 / in.get(4).get(0);
                }
            };
            for (long c = 0; c < in.get(2).elements(); c++) {
                double mean = average(in.get(0), in.get(2).elements(), c);
                double variance = average(in.get(1), in.get(2).elements(), c);
                in.get(2).set(c, (1 - momentum) * in.get(2).get(c) + momentum * mean);
                in.get(3).set(c, (1 - momentum) * in.get(3).get(c) + momentum * variance * unbiased);
            }
        };
    }

    /** The mean of a channel over all rows of statistics: one row of a batch, one for each image of instances. */
    private static double average(Tensor statistics, long channels, long c) {
        double rows = (double) statistics.elements() / channels;
        double sum = 0;
        for (long i = c; i < statistics.elements(); i += channels) {
            sum += statistics.get(i);
        }
        return sum / rows;
    }
}
