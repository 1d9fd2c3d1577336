package dev.gatun.train.task;

import dev.gatun.io.json.Json;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Accumulates metrics over examples. Adding a batch allocates nothing. */
public final class MetricSums {
    private final Metric[] metrics;
    private final double[] sums;
    private final long[] counts;

    /** Creates sums over no examples. */
    public MetricSums(List<Metric> metrics) {
        this.metrics = metrics.toArray(Metric[]::new);
        sums = new double[this.metrics.length];
        counts = new long[this.metrics.length];
    }

    /** Returns the sums of the metrics that every training step of a task measures. */
    public static MetricSums ofTraining(Task task) {
        return new MetricSums(task.metrics().stream().filter(Metric::isScalar).toList());
    }

    /** Removes all examples from the sums. */
    public void reset() {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = 0;
            counts[i] = 0;
        }
    }

    /** Adds a batch. */
    public void add(Outputs pass) {
        for (int i = 0; i < metrics.length; i++) {
            switch (metrics[i]) {
                case Metric.Share share -> add(i, (double) pass.count(share.output()), pass.size());
                case Metric.Mean mean -> add(i, (double) pass.scalar(mean.output()) * pass.size(), pass.size());
                case Metric.TopK top -> add(i,
                        (double) hits(pass.fetch(top.scores()), pass.fetch(top.labels()), top.k()),
                        pass.size());
                case Metric.MeanError error -> {
                    MemorySegment prediction = pass.fetch(error.prediction());
                    double sum = distance(error.distance(), prediction, pass.fetch(error.target()));
                    add(i, sum, prediction.byteSize() / Float.BYTES);
                }
            }
        }
    }

    /** Adds other sums of the same metrics. */
    public void add(MetricSums others) {
        for (int i = 0; i < sums.length; i++) {
            add(i, others.sums[i], others.counts[i]);
        }
    }

    private void add(int metric, double sum, long count) {
        sums[metric] += sum;
        counts[metric] += count;
    }

    private static long hits(MemorySegment scores, MemorySegment labels, int k) {
        long rows = labels.byteSize() / Integer.BYTES;
        long classes = scores.byteSize() / Float.BYTES / rows;
        long hits = 0;
        for (long row = 0; row < rows; row++) {
            int label = labels.getAtIndex(ValueLayout.JAVA_INT, row);
            float own = scores.getAtIndex(ValueLayout.JAVA_FLOAT, row * classes + label);
            int before = 0;
            for (long other = 0; other < classes; other++) {
                float score = scores.getAtIndex(ValueLayout.JAVA_FLOAT, row * classes + other);
                before += score > own || (score == own && other < label) ? 1 : 0;
            }
            hits += before < k && !Float.isNaN(own) ? 1 : 0;
        }
        return hits;
    }

    private static double distance(Metric.MeanError.Distance distance, MemorySegment a, MemorySegment b) {
        double sum = 0;
        for (long i = 0; i < a.byteSize() / Float.BYTES; i++) {
            double difference = (double) a.getAtIndex(ValueLayout.JAVA_FLOAT, i) - b.getAtIndex(ValueLayout.JAVA_FLOAT,
                    i);
            sum += switch (distance) {
                case ABSOLUTE -> Math.abs(difference);
                case SQUARED -> difference * difference;
            };
        }
        return sum;
    }

    /** Returns a metric over all examples so far; NaN before the first, and for one that is not measured. */
    public double value(String name) {
        for (int i = 0; i < metrics.length; i++) {
            if (metrics[i].name().equals(name)) {
                return value(i);
            }
        }
        return Double.NaN;
    }

    private double value(int metric) {
        return counts[metric] == 0 ? Double.NaN : sums[metric] / counts[metric];
    }

    /** Returns all metrics over all examples so far. */
    public Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        for (int i = 0; i < metrics.length; i++) {
            values.put(metrics[i].name(), value(i));
        }
        return values;
    }

    /** Returns how many numbers {@link #write} writes. */
    public int numbers() {
        return 2 * sums.length;
    }

    /** Writes sums and counts, which can be added to those of others. */
    public void write(double[] numbers, int at) {
        for (int i = 0; i < sums.length; i++) {
            numbers[at + 2 * i] = sums[i];
            numbers[at + 2 * i + 1] = counts[i];
        }
    }

    /** Replaces all sums and counts by those that {@link #write} wrote, or by sums of such. */
    public void read(double[] numbers, int at) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = numbers[at + 2 * i];
            counts[i] = (long) numbers[at + 2 * i + 1];
        }
    }

    /** Returns the state that a resumed run needs: sums and counts in sequence. */
    public List<Object> state() {
        List<Object> state = new ArrayList<>();
        for (int i = 0; i < sums.length; i++) {
            state.add(sums[i]);
            state.add(counts[i]);
        }
        return state;
    }

    /** Restores a state; throws {@link IllegalArgumentException} and changes nothing if it does not fit. */
    public void restore(List<?> state) {
        if (state.size() != 2 * sums.length) {
            throw new IllegalArgumentException("sums of " + sums.length + " metrics were expected, got " + state);
        }
        double[] newSums = new double[sums.length];
        long[] newCounts = new long[sums.length];
        for (int i = 0; i < sums.length; i++) {
            newSums[i] = Json.asDouble(state.get(2 * i)); // NaN, too: the metric of a step may be
            if (!(state.get(2 * i + 1) instanceof Long count) || count < 0) {
                throw new IllegalArgumentException("not a count: " + state.get(2 * i + 1));
            }
            newCounts[i] = count;
        }
        System.arraycopy(newSums, 0, sums, 0, sums.length);
        System.arraycopy(newCounts, 0, counts, 0, counts.length);
    }
}
