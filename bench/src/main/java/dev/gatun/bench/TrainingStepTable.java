package dev.gatun.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Times whole training steps beside PyTorch's, in turn: {@code TrainingStepTable [WORD...]}, the cases whose names
 * contain all words, such as {@code lenet} or {@code 224}, or all. Each program is a process of its own with the same
 * weights, images, optimizer and number of threads; the first losses must agree before anything is timed. The faster of
 * PyTorch's memory formats counts. The interpreter is the environment variable {@code PYTHON}, or {@code python3}.
 */
public final class TrainingStepTable {
    private static final int ROUNDS = 7;
    private static final double ROUND_MILLISECONDS = 1000;

    private final String python = System.getenv().getOrDefault("PYTHON", "python3");
    private final Path script;

    private TrainingStepTable(Path script) {
        this.script = script;
    }

    public static void main(String[] words) throws IOException {
        Path script = Path.of("bench", "peer", "training_step.py").toAbsolutePath();
        if (!Files.exists(script)) {
            throw new IllegalArgumentException("there is no " + script + ": start in the folder of the checkout");
        }
        TrainingStepTable table = new TrainingStepTable(script);
        System.out.printf(Locale.ROOT, "%d threads%n%n", Runtime.getRuntime().availableProcessors());
        System.out.println("| network | image | batch | precision | Gatun ms | images/s | PyTorch ms"
                + " | channels last ms | best / Gatun | Gatun MiB | PyTorch MiB |");
        System.out.println("|---|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|");
        for (StepCase step : StepCase.ALL) {
            if (words.length == 0 || Arrays.stream(words).allMatch(step.toString()::contains)) {
                System.out.println(table.row(step));
            }
        }
    }

    private String row(StepCase step) throws IOException {
        Path weights = Files.createTempFile("gatun-step", ".safetensors");
        List<StepProcess> programs = new ArrayList<>();
        try {
            programs.add(StepProcess.gatun(step, weights));
            programs.add(StepProcess.pytorch(step, weights, python, script, false));
            programs.add(StepProcess.pytorch(step, weights, python, script, true));
            measure(step, programs);
            StepProcess gatun = programs.getFirst();
            double best = programs.stream().skip(1).mapToDouble(StepProcess::median).min().orElseThrow();
            return String.format(Locale.ROOT, "| %s | %d | %d | %s | %.3f | %.0f | %.3f | %.3f | %.2f | %d | %d |",
                    step.network(), step.size(), step.batch(), step.precisionName(), gatun.median(),
                    step.batch() / gatun.median() * 1e3, programs.get(1).median(), programs.get(2).median(),
                    best / gatun.median(), gatun.peakBytes() >> 20,
                    Math.min(programs.get(1).peakBytes(), programs.get(2).peakBytes()) >> 20);
        } finally {
            programs.forEach(StepProcess::close);
            Files.deleteIfExists(weights);
        }
    }

    private static void measure(StepCase step, List<StepProcess> programs) throws IOException {
        double expected = programs.getFirst().loss();
        List<Integer> steps = new ArrayList<>();
        for (StepProcess program : programs) {
            Check.that(Math.abs(program.loss() - expected) < (step.isRough() ? 0.1 : 1e-3) * expected,
                    program.name() + " begins " + step + " with the loss " + program.loss() + ", Gatun with "
                    + expected);
            program.warmUp(3);
            steps.add(Math.max(1, (int) Math.min(10_000, ROUND_MILLISECONDS / program.warmUp(3))));
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < programs.size(); i++) {
                programs.get(i).run(steps.get(i));
            }
        }
    }
}
