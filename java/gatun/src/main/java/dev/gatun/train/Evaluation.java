package dev.gatun.train;

import dev.gatun.train.task.Metric;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The results of a task on a set of examples.
 *
 * @param loss     mean loss
 * @param examples number of examples
 * @param metrics  the task's metrics by name
 */
public record Evaluation(double loss, long examples, Map<String, Double> metrics) {
    /** The name of the metric that {@link #accuracy} returns. */
    public static final String ACCURACY = Metric.ACCURACY;

    public Evaluation {
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }

    /**
     * Returns a metric.
     *
     * @throws IllegalArgumentException when the task does not measure it
     */
    public double metric(String name) {
        Double value = metrics.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no metric is called " + name + ", there is " + metrics.keySet());
        }
        return value;
    }

    /** Returns the fraction of examples classified correctly; NaN for a task that does not classify. */
    public double accuracy() {
        return metrics.getOrDefault(ACCURACY, Double.NaN);
    }

    /** Returns the number of examples classified correctly; 0 for a task that does not classify. */
    public long correct() {
        return Math.round(accuracy() * examples);
    }
}
