package dev.gatun.compress.prune;

import dev.gatun.compress.Snapshot;
import dev.gatun.compress.prune.ChannelGroup.Member;
import dev.gatun.graph.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** The importance of each channel of a group. */
final class ChannelScores {
    private final Snapshot snapshot;
    private final PruningOptions options;

    ChannelScores(Snapshot snapshot, PruningOptions options) {
        this.snapshot = snapshot;
        this.options = options;
        if (options.importance() instanceof Importance.Taylor taylor) {
            taylor.gradients().forEach((name, gradient) -> {
                if (gradient.length != snapshot.values(name).length) {
                    throw new IllegalArgumentException("the gradient of " + name + " has " + gradient.length
                            + " elements, the variable " + snapshot.values(name).length);
                }
            });
        }
    }

    /** Returns a score for each channel; nothing where the group has no place that this importance looks at. */
    Optional<double[]> of(ChannelGroup group) {
        if (options.importance() instanceof Importance.Random random) {
            SplittableRandom numbers = new SplittableRandom(random.seed() ^ group.name().hashCode());
            return Optional.of(numbers.doubles(group.channels()).toArray());
        }
        List<double[]> places = new ArrayList<>();
        for (Member member : group.members()) {
            if (counts(member)) {
                places.add(scores(member, group.channels()));
            }
        }
        if (places.isEmpty()) {
            return Optional.empty();
        }
        double[] scores = new double[group.channels()];
        for (int i = 0; i < scores.length; i++) {
            int channel = i;
            var each = places.stream().mapToDouble(place -> place[channel]);
            scores[i] = switch (options.aggregation()) {
                case MEAN -> each.sum() / places.size();
                case MAX -> each.max().orElseThrow();
                case SUM -> each.sum();
            };
        }
        return Optional.of(normalized(scores));
    }

    private double[] normalized(double[] scores) {
        double mean = switch (options.normalization()) {
            case MEAN -> Arrays.stream(scores).average().orElseThrow();
            case NONE -> 1;
        };
        return mean == 0 ? scores : Arrays.stream(scores).map(score -> score / mean).toArray();
    }

    private boolean counts(Member member) {
        boolean weight = member.role() == Role.OUTPUT || member.role() == Role.INPUT;
        return switch (options.importance()) {
            case Importance.L1 _, Importance.L2 _ -> weight;
            case Importance.Scale _ -> member.role() == Role.SCALE;
            case Importance.Taylor taylor -> taylor.gradients().containsKey(member.variable().name());
            case Importance.GeometricMedian _ -> member.role() == Role.OUTPUT;
            case Importance.Random _ -> false;
        };
    }

    private double[] scores(Member member, int channels) {
        float[] values = snapshot.values(member.variable().name());
        return switch (options.importance()) {
            case Importance.L1 _, Importance.Scale _ -> sums(member, channels, i -> Math.abs(values[i]));
            case Importance.L2 _ -> Arrays.stream(sums(member, channels, i -> (double) values[i] * values[i]))
                    .map(Math::sqrt).toArray();
            case Importance.Taylor taylor -> {
                float[] gradient = taylor.gradients().getOrDefault(member.variable().name(), values);
                yield sums(member, channels, i -> Math.abs((double) values[i] * gradient[i]));
            }
            case Importance.GeometricMedian _ -> distances(member, values, channels);
            case Importance.Random _ -> new double[channels];
        };
    }

    private interface Element {
        double of(int index);
    }

    /** Sums over the elements of each channel. */
    private static double[] sums(Member member, int channels, Element element) {
        Variable variable = member.variable();
        int[] owners = owners(member);
        long stride = variable.shape().rowMajorStrides()[member.axis()];
        double[] sums = new double[channels];
        int count = Math.toIntExact(variable.shape().elements());
        for (int i = 0; i < count; i++) {
            int owner = owners[(int) (i / stride % owners.length)];
            if (owner >= 0) {
                sums[owner] += element.of(i);
            }
        }
        return sums;
    }

    /** The channel of each index; -1 where it belongs to another group. */
    private static int[] owners(Member member) {
        int[] owners = new int[Math.toIntExact(member.variable().shape().extent(member.axis()))];
        Arrays.fill(owners, -1);
        for (int channel = 0; channel < member.indices().size(); channel++) {
            for (int index : member.indices().get(channel)) {
                owners[index] = channel;
            }
        }
        return owners;
    }

    /** The elements of each channel, one after another, so that two of them can be compared. */
    private static double[] distances(Member member, float[] values, int channels) {
        Variable variable = member.variable();
        int[] owners = owners(member);
        long stride = variable.shape().rowMajorStrides()[member.axis()];
        float[][] filters = new float[channels][values.length / owners.length * member.indices().getFirst().size()];
        int[] next = new int[channels];
        for (int i = 0; i < values.length; i++) {
            int owner = owners[(int) (i / stride % owners.length)];
            if (owner >= 0) {
                filters[owner][next[owner]++] = values[i];
            }
        }
        double[] sums = new double[channels];
        for (int a = 0; a < channels; a++) {
            for (int b = 0; b < a; b++) {
                double distance = distance(filters[a], filters[b]);
                sums[a] += distance;
                sums[b] += distance;
            }
        }
        return sums;
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = (double) a[i] - b[i];
            sum += difference * difference;
        }
        return Math.sqrt(sum);
    }
}
