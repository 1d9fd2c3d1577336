package dev.gatun.lab;

import dev.gatun.io.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The result of a training run.
 *
 * @param losses    loss of each step
 * @param curve     evaluations on the test images; the last is that of the finished run
 * @param seconds   training time, evaluations excluded
 * @param nonFinite whether it ended early because a loss was not finite
 */
public record TrialResult(List<Float> losses, List<Measured> curve, double seconds, boolean nonFinite) {
    /** A run whose losses end this many times above where they began has diverged. */
    private static final double DIVERGED = 2;
    private static final int LAST_LOSSES = 20;

    /**
     * An evaluation on the test images.
     *
     * @param step     number of steps done
     * @param seconds  training time so far
     * @param accuracy fraction of test images classified correctly
     * @param loss     mean test loss
     */
    public record Measured(long step, double seconds, double accuracy, double loss) {}

    public TrialResult {
        losses = List.copyOf(losses);
        curve = List.copyOf(curve);
        if (curve.isEmpty()) {
            throw new IllegalArgumentException("a finished run was measured at least once");
        }
    }

    /** Returns the final test accuracy. */
    public double accuracy() {
        return curve.getLast().accuracy();
    }

    /** Returns the best test accuracy. */
    public double bestAccuracy() {
        return curve.stream().mapToDouble(Measured::accuracy).max().orElseThrow();
    }

    /** Returns the first evaluation that reached a test accuracy. */
    public Optional<Measured> reached(double target) {
        return curve.stream().filter(measured -> measured.accuracy() >= target).findFirst();
    }

    /** Returns whether a loss was not finite, or the last losses are far above the first. */
    public boolean diverged() {
        return nonFinite || (!losses.isEmpty()
                && LossSpikes.median(losses.subList(Math.max(0, losses.size() - LAST_LOSSES), losses.size()))
                        > DIVERGED * losses.getFirst());
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("accuracy", accuracy());
        json.put("seconds", seconds);
        json.put("non_finite", nonFinite);
        json.put("curve", curve.stream()
                .map(each -> List.of(each.step(), each.seconds(), each.accuracy(), each.loss())).toList());
        json.put("losses", losses);
        return json;
    }

    /** @throws IllegalArgumentException when the object is not one that {@link #toJson} made */
    static TrialResult fromJson(Map<String, Object> json) {
        List<Measured> curve = new ArrayList<>();
        for (Object each : list(json, "curve")) {
            if (!(each instanceof List<?> numbers) || numbers.size() != 4
                    || !(numbers.getFirst() instanceof Long step)) {
                throw new IllegalArgumentException("no valid \"curve\"");
            }
            curve.add(new Measured(
                    step, Json.asDouble(numbers.get(1)), Json.asDouble(numbers.get(2)), Json.asDouble(numbers.get(3))));
        }
        if (!(json.get("non_finite") instanceof Boolean nonFinite)) {
            throw new IllegalArgumentException("no valid \"non_finite\"");
        }
        List<Float> losses = new ArrayList<>();
        list(json, "losses").forEach(loss -> losses.add((float) Json.asDouble(loss)));
        return new TrialResult(losses, curve, Json.asDouble(json.get("seconds")), nonFinite);
    }

    private static List<?> list(Map<String, Object> json, String key) {
        if (json.get(key) instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException("no valid \"" + key + "\"");
    }
}
