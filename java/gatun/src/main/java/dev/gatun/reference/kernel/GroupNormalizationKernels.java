package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.GroupNormalization;
import java.util.Arrays;
import java.util.List;

/** Group normalisation and its gradient, group by group. */
final class GroupNormalizationKernels {
    private GroupNormalizationKernels() {}

    /** Where the elements of groups lie in {@code (N, C, pixels)}: a group of an image is one run of them. */
    private record Groups(long count, long size, long pixels, int channels) {
        static Groups of(GroupNormalization op, Tensor x) {
            long count = x.extent(0) * op.groups();
            long size = count == 0 ? 0 : x.elements() / count;
            long channels = x.extent(1);
            return new Groups(count, size, channels == 0 ? 0 : size / (channels / op.groups()),
                    Math.toIntExact(channels));
        }

        int channel(long at) {
            return (int) (at / pixels % channels);
        }
    }

    static Kernel forward(GroupNormalization op, List<Tensor> in, List<Tensor> out) {
        Tensor x = in.getFirst();
        Groups groups = Groups.of(op, x);
        return () -> {
            for (long group = 0; group < groups.count(); group++) {
                long first = group * groups.size();
                double mean = 0;
                for (long at = first; at < first + groups.size(); at++) {
                    mean += x.get(at) / groups.size();
                }
                double variance = 0;
                for (long at = first; at < first + groups.size(); at++) {
                    variance += (x.get(at) - mean) * (x.get(at) - mean) / groups.size();
                }
                out.get(1).set(group, mean);
                out.get(2).set(group, variance);
                for (long at = first; at < first + groups.size(); at++) {
                    double normal = (x.get(at) - mean) / Math.sqrt(variance + op.epsilon());
                    int channel = groups.channel(at);
                    out.getFirst().set(at, switch (op.scaling()) {
                        case SCALE_AND_SHIFT -> normal * in.get(1).get(channel) + in.get(2).get(channel);
                        case NONE -> normal;
                    });
                }
            }
        };
    }

    static Kernel backward(GroupNormalization op, List<Tensor> in, List<Tensor> out) {
        Groups groups = Groups.of(op, in.getFirst());
        double[] diffScale = new double[groups.channels()];
        double[] diffShift = new double[groups.channels()];
        return () -> {
            Arrays.fill(diffScale, 0);
            Arrays.fill(diffShift, 0);
            for (long group = 0; group < groups.count(); group++) {
                backward(op, groups, group, in, out.getFirst(), diffScale, diffShift);
            }
            switch (op.scaling()) {
                case SCALE_AND_SHIFT -> {
                    for (int c = 0; c < groups.channels(); c++) {
                        out.get(1).set(c, diffScale[c]);
                        out.get(2).set(c, diffShift[c]);
                    }
                }
                case NONE -> { }
            }
        };
    }

    private static void backward(GroupNormalization op, Groups groups, long group, List<Tensor> in, Tensor diffX,
            double[] diffScale, double[] diffShift) {
        Tensor x = in.get(0);
        long first = group * groups.size();
        double mean = in.get(2).get(group);
        double deviation = Math.sqrt(in.get(3).get(group) + op.epsilon());
        double sum = 0;
        double weighted = 0;
        double[] normal = new double[Math.toIntExact(groups.size())];
        double[] diff = new double[normal.length];
        for (int i = 0; i < normal.length; i++) {
            int channel = groups.channel(first + i);
            double given = in.get(1).get(first + i);
            normal[i] = (x.get(first + i) - mean) / deviation;
            diffScale[channel] += given * normal[i];
            diffShift[channel] += given;
            diff[i] = switch (op.scaling()) {
                case SCALE_AND_SHIFT -> given * in.get(4).get(channel);
                case NONE -> given;
            };
            sum += diff[i] / normal.length;
            weighted += diff[i] * normal[i] / normal.length;
        }
        for (int i = 0; i < normal.length; i++) {
            diffX.set(first + i, (diff[i] - sum - normal[i] * weighted) / deviation);
        }
    }
}
