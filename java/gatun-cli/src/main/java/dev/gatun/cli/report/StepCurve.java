package dev.gatun.cli.report;

import dev.gatun.io.json.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * What each step was like, in a fixed number of points: when they are full, each two become one. Adding a step
 * allocates nothing.
 */
final class StepCurve {
    static final int POINTS = 1_024;

    private static final String STRIDE = "steps_per_point";

    private final long[] lastSteps = new long[POINTS];
    private final int[] steps = new int[POINTS];
    private final double[] losses = new double[POINTS];
    private final double[] rates = new double[POINTS];
    private final double[] images = new double[POINTS];
    private final double[] seconds = new double[POINTS];
    private int points;
    private int stride = 1;

    /**
     * Adds a step.
     *
     * @param count  images of the step; 0 where its time is not known
     * @param nanos  time of the step, waiting for data included
     */
    void add(long step, double loss, double rate, long count, long nanos) {
        if (points == 0 || steps[points - 1] == stride) {
            if (points == POINTS) {
                halve();
            }
            steps[points] = 0;
            losses[points] = 0;
            images[points] = 0;
            seconds[points] = 0;
            points++;
        }
        int point = points - 1;
        lastSteps[point] = step;
        steps[point]++;
        losses[point] += loss;
        rates[point] = rate;
        images[point] += count;
        seconds[point] += nanos / 1e9;
    }

    private void halve() {
        for (int i = 0; i < POINTS / 2; i++) {
            lastSteps[i] = lastSteps[2 * i + 1];
            rates[i] = rates[2 * i + 1];
            steps[i] = steps[2 * i] + steps[2 * i + 1];
            losses[i] = losses[2 * i] + losses[2 * i + 1];
            images[i] = images[2 * i] + images[2 * i + 1];
            seconds[i] = seconds[2 * i] + seconds[2 * i + 1];
        }
        points = POINTS / 2;
        stride *= 2;
    }

    /** Forgets what came after a step, as when a run goes on from there. */
    void truncateAfter(long step) {
        while (points > 0 && lastSteps[points - 1] > step) {
            points--;
        }
    }

    private double[] values(IntToDoubleFunction value) {
        double[] values = new double[points];
        Arrays.setAll(values, value);
        return values;
    }

    /** Returns the last step of each point. */
    double[] steps() {
        return values(i -> lastSteps[i]);
    }

    /** Returns the mean loss of each point. */
    double[] losses() {
        return values(i -> losses[i] / steps[i]);
    }

    /** Returns the learning rate of each point's last step. */
    double[] rates() {
        return values(i -> rates[i]);
    }

    /** Returns the images per second of each point; NaN where no time is known. */
    double[] imagesPerSecond() {
        return values(i -> seconds[i] == 0 ? Double.NaN : images[i] / seconds[i]);
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(STRIDE, stride);
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < points; i++) {
            all.add(List.of(lastSteps[i], steps[i], losses[i], rates[i], images[i], seconds[i]));
        }
        json.put("points", all);
        return json;
    }

    /** Reads the result of {@link #toJson}; what is not valid is left out, as a report is no state of the run. */
    static StepCurve read(Map<?, ?> json) {
        StepCurve curve = new StepCurve();
        if (json.get(STRIDE) instanceof Long stride && stride >= 1 && stride <= 1 << 30
                && json.get("points") instanceof List<?> all && all.size() <= POINTS) {
            curve.stride = Math.toIntExact(stride);
            for (Object each : all) {
                if (!(each instanceof List<?> point) || point.size() != 6
                        || !point.stream().allMatch(Number.class::isInstance)) {
                    return new StepCurve();
                }
                int i = curve.points++;
                curve.lastSteps[i] = ((Number) point.get(0)).longValue();
                curve.steps[i] = Math.clamp(((Number) point.get(1)).longValue(), 1, curve.stride);
                curve.losses[i] = Json.asDouble(point.get(2));
                curve.rates[i] = Json.asDouble(point.get(3));
                curve.images[i] = Json.asDouble(point.get(4));
                curve.seconds[i] = Json.asDouble(point.get(5));
            }
        }
        return curve;
    }
}
