package dev.gatun.bench;

import dev.gatun.engine.KernelReport;
import dev.gatun.graph.PrecisionPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Prints the time of each kernel of a training step: {@code StepProfile NETWORK SIZE CLASSES BATCH PRECISION [STEPS]}.
 * Medians; the most expensive kernel first.
 */
public final class StepProfile {
    private StepProfile() {}

    public static void main(String[] arguments) {
        StepCase step = StepCase.parse(arguments);
        int steps = arguments.length > 5 ? Integer.parseInt(arguments[5]) : 20;
        Map<KernelReport, List<Double>> times = new LinkedHashMap<>();
        try (TrainingRun run = new TrainingRun(step.model(), step.batch(), PrecisionPolicy.of(step.precision()))) {
            run.settle();
            for (int i = 0; i < steps; i++) {
                run.step();
            }
            run.program().observe((kernel, begin, end) ->
                    times.computeIfAbsent(kernel, _ -> new ArrayList<>()).add((end - begin) / 1e3));
            for (int i = 0; i < steps; i++) {
                run.step();
            }
        }
        print(times);
    }

    private static void print(Map<KernelReport, List<Double>> times) {
        Map<KernelReport, Double> medians = new LinkedHashMap<>();
        times.forEach((kernel, all) -> medians.put(kernel,
                Times.median(all.stream().mapToDouble(each -> each).toArray())));
        System.out.printf(Locale.ROOT, "%10s %9s %9s  %s%n", "us", "GFLOP/s", "GB/s", "kernel");
        medians.entrySet().stream().sorted(Comparator.comparing(entry -> -entry.getValue())).forEach(entry -> {
            KernelReport kernel = entry.getKey();
            double micros = entry.getValue();
            System.out.printf(Locale.ROOT, "%10.1f %9.1f %9.1f  %s %s %s %s%n", micros, kernel.flops() / micros / 1e3,
                    kernel.bytes() / micros / 1e3, kernel.stage(), kernel.layer(), kernel.operation(),
                    kernel.implementation());
        });
        System.out.printf(Locale.ROOT, "%10.1f us in all%n",
                medians.values().stream().mapToDouble(each -> each).sum());
    }
}
