package dev.gatun.bench;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.engine.CompileOptions;
import dev.gatun.engine.Compiler;
import dev.gatun.engine.KernelReport;
import dev.gatun.engine.Program;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Inference;
import dev.gatun.graph.Prediction;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Prints the images per second of a network's inference in f32 and on integers of 8 bits, batch normalisation folded in
 * both: {@code QuantizedInference NETWORK SIZE CLASSES BATCH RUNS [profile]}. The best of the runs, which alternate.
 */
public final class QuantizedInference {
    private QuantizedInference() {}

    public static void main(String[] arguments) {
        int size = Integer.parseInt(arguments[1]);
        int batch = Integer.parseInt(arguments[3]);
        int runs = Integer.parseInt(arguments[4]);
        Model model = Models.create(arguments[0], 3, size, size, Integer.parseInt(arguments[2]));
        Graph inference = Prediction.of(Inference.of(model.graph(batch)), Model.PROBABILITIES);
        Graph real = FakeQuantized.of(inference, Model.PROBABILITIES, false);
        Graph rounded = FakeQuantized.of(inference, Model.PROBABILITIES, true);
        try (Device device = Backends.open("cpu", DeviceOptions.defaults());
                Program first = program(real, device); Program second = program(rounded, device)) {
            System.out.println(Compiler.integers(rounded, device).report());
            double real32 = Double.POSITIVE_INFINITY;
            double integers = Double.POSITIVE_INFINITY;
            for (int i = 0; i < runs; i++) {
                real32 = Math.min(real32, seconds(first));
                integers = Math.min(integers, seconds(second));
            }
            System.out.printf(Locale.ROOT, "%s %dx%d, batch %d: f32 %.0f images/s, i8 %.0f images/s, %.2f x%n",
                    arguments[0], size, size, batch, batch / real32, batch / integers, real32 / integers);
            if (arguments.length > 5) {
                profile(first, runs);
                profile(second, runs);
            }
        }
    }

    private static Program program(Graph graph, Device device) {
        Program program = Compiler.compile(graph, device, CompileOptions.measured());
        program.variables().initialize(1);
        program.prepack();
        return program;
    }

    private static double seconds(Program program) {
        long begin = System.nanoTime();
        program.forward();
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void profile(Program program, int runs) {
        Map<KernelReport, List<Double>> times = new LinkedHashMap<>();
        program.observe((kernel, begin, end) ->
                times.computeIfAbsent(kernel, _ -> new ArrayList<>()).add((end - begin) / 1e3));
        for (int i = 0; i < runs; i++) {
            program.forward();
        }
        Map<KernelReport, Double> medians = new LinkedHashMap<>();
        times.forEach((kernel, all) -> medians.put(kernel,
                Times.median(all.stream().mapToDouble(each -> each).toArray())));
        System.out.printf(Locale.ROOT, "%10s %9s  %s%n", "us", "GFLOP/s", "kernel");
        medians.entrySet().stream().sorted(Comparator.comparing(entry -> -entry.getValue())).forEach(entry ->
                System.out.printf(Locale.ROOT, "%10.1f %9.1f  %s %s %s %s%n", entry.getValue(),
                        entry.getKey().flops() / entry.getValue() / 1e3, entry.getKey().layer(),
                        entry.getKey().operation(), entry.getKey().implementation(), entry.getKey().outputs()));
    }
}
