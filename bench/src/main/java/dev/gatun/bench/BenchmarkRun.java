package dev.gatun.bench;

import dev.gatun.io.json.Json;
import dev.gatun.operation.TimedOperation;
import dev.gatun.operation.TimedOperations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Training steps beside PyTorch's, where there is one, and every operation beside the machine's peak, as JSON and as a
 * page. {@code bench/run} calls it; see there.
 */
public final class BenchmarkRun {
    private static final int ROUNDS = 7;
    private static final int QUICK_ROUNDS = 3;
    private static final Set<String> QUICK_STEPS =
            Set.of("lenet/28/10/64/f32", "lenet/28/10/1/f32", "resnet18/32/10/8/f32");
    private static final Set<String> QUICK_OPERATIONS = Set.of("matmul 1024", "gelu", "softmax", "layer_normalization");

    private final boolean quick;
    private final boolean peer;

    private BenchmarkRun(boolean quick, boolean peer) {
        this.quick = quick;
        this.peer = peer;
    }

    /** Arguments: {@code --quick}, {@code --no-peer}, {@code --output FOLDER}, {@code --baseline FILE}. */
    public static void main(String[] arguments) throws IOException {
        List<String> given = new ArrayList<>(List.of(arguments));
        boolean quick = given.remove("--quick");
        boolean peer = !given.remove("--no-peer");
        Path folder = Path.of(option(given, "--output", "bench/target/report"));
        String baseline = option(given, "--baseline", "");
        if (!given.isEmpty()) {
            throw new IllegalArgumentException("unknown arguments: " + given);
        }
        Map<String, Object> before = baseline.isEmpty() ? Map.of() : Json.readObject(Path.of(baseline));
        Report report = new BenchmarkRun(quick, peer).run();
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("report.json"), Json.pretty(report.json()));
        Files.writeString(folder.resolve("report.html"), ReportPage.of(report));
        System.out.println(folder.resolve("report.json") + " and " + folder.resolve("report.html"));
        List<String> regressions = report.regressions(before);
        regressions.forEach(line -> System.out.println("slower: " + line));
        System.exit(regressions.isEmpty() ? 0 : 1);
    }

    private static String option(List<String> given, String name, String otherwise) {
        int at = given.indexOf(name);
        if (at < 0) {
            return otherwise;
        }
        if (at + 1 == given.size()) {
            throw new IllegalArgumentException(name + " needs a path");
        }
        given.remove(at);
        return given.remove(at);
    }

    private Report run() throws IOException {
        List<StepResult> steps = new ArrayList<>();
        TrainingStepTable table = new TrainingStepTable(quick ? QUICK_ROUNDS : ROUNDS, peer);
        for (StepCase step : StepCase.ALL) {
            if (!quick || QUICK_STEPS.contains(step.toString())) {
                System.out.println(step);
                steps.add(table.measure(step));
            }
        }
        List<OperationResult> operations = new ArrayList<>();
        try (OperationTable timed = new OperationTable()) {
            Set<String> seen = new HashSet<>();
            for (TimedOperation operation : TimedOperations.all()) {
                if (!quick || QUICK_OPERATIONS.contains(operation.name())) {
                    operations.addAll(timed.measure(operation, seen));
                }
            }
            return new Report(timed.environment(), steps, operations);
        }
    }
}
