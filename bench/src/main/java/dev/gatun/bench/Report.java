package dev.gatun.bench;

import dev.gatun.io.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What one run of the benchmarks found.
 *
 * @param environment processor, libraries and threads
 */
record Report(String environment, List<StepResult> steps, List<OperationResult> operations) {
    /** So much of a ratio may be noise. */
    private static final double NOISE = 0.85;

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("time", Instant.now().toString());
        json.put("environment", environment);
        json.put("steps", steps.stream().map(StepResult::json).toList());
        json.put("operations", operations.stream().filter(each -> !each.isView()).map(OperationResult::json).toList());
        return json;
    }

    /**
     * Compares ratios, to a peer or to the machine's peak, with those of an earlier report: the times of two runs say
     * little.
     *
     * @return a line for each that fell by more than noise
     */
    List<String> regressions(Map<String, Object> baseline) {
        List<String> lines = new ArrayList<>();
        Map<String, Double> before = ratios(baseline, "steps", "ratio");
        steps.stream().filter(StepResult::hasPeer)
                .forEach(step -> compare(lines, step.step().toString(), before, step.ratio()));
        Map<String, Double> shares = ratios(baseline, "operations", "share");
        operations.stream().filter(each -> !each.isView())
                .forEach(operation -> compare(lines, operation.name(), shares, operation.share()));
        return lines;
    }

    private static void compare(List<String> lines, String name, Map<String, Double> before, double now) {
        Double then = before.get(name);
        if (then != null && now < NOISE * then) {
            lines.add(String.format(Locale.ROOT, "%s: %.2f, before %.2f", name, now, then));
        }
    }

    private static Map<String, Double> ratios(Map<String, Object> json, String list, String key) {
        Map<String, Double> ratios = new LinkedHashMap<>();
        if (json.get(list) instanceof List<?> entries) {
            for (Object entry : entries) {
                if (entry instanceof Map<?, ?> map && map.get(key) != null) {
                    ratios.put(String.valueOf(map.get("name")), Json.asDouble(map.get(key)));
                }
            }
        }
        return ratios;
    }
}
