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
    private final int rounds;
    private final boolean peer;

    /**
     * @param rounds how often each program runs for a second
     * @param peer   whether PyTorch is timed, too
     */
    TrainingStepTable(int rounds, boolean peer) {
        this.rounds = rounds;
        this.peer = peer;
        script = Path.of("bench", "peer", "training_step.py").toAbsolutePath();
        if (peer && !Files.exists(script)) {
            throw new IllegalArgumentException("there is no " + script + ": start in the folder of the checkout");
        }
    }

    public static void main(String[] words) throws IOException {
        TrainingStepTable table = new TrainingStepTable(ROUNDS, true);
        System.out.printf(Locale.ROOT, "%d threads%n%n", Runtime.getRuntime().availableProcessors());
        System.out.println("| network | image | batch | precision | Gatun ms | images/s | PyTorch ms"
                + " | channels last ms | best / Gatun | Gatun MiB | PyTorch MiB |");
        System.out.println("|---|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|");
        for (StepCase step : StepCase.ALL) {
            if (Arrays.stream(words).allMatch(step.toString()::contains)) {
                System.out.println(table.measure(step).row());
            }
        }
    }

    StepResult measure(StepCase step) throws IOException {
        Path weights = Files.createTempFile("gatun-step", ".safetensors");
        List<StepProcess> programs = new ArrayList<>();
        try {
            programs.add(StepProcess.gatun(step, weights));
            if (peer) {
                programs.add(StepProcess.pytorch(step, weights, python, script, false));
                programs.add(StepProcess.pytorch(step, weights, python, script, true));
            }
            measure(step, programs);
            StepProcess gatun = programs.getFirst();
            return peer
                    ? new StepResult(step, gatun.median(), gatun.peakBytes(), programs.get(1).median(),
                            programs.get(2).median(),
                            Math.min(programs.get(1).peakBytes(), programs.get(2).peakBytes()))
                    : new StepResult(step, gatun.median(), gatun.peakBytes(), Double.NaN, Double.NaN, 0);
        } finally {
            programs.forEach(StepProcess::close);
            Files.deleteIfExists(weights);
        }
    }

    private void measure(StepCase step, List<StepProcess> programs) throws IOException {
        double expected = programs.getFirst().loss();
        List<Integer> steps = new ArrayList<>();
        for (StepProcess program : programs) {
            Check.that(Math.abs(program.loss() - expected) < (step.isRough() ? 0.1 : 1e-3) * expected,
                    program.name() + " begins " + step + " with the loss " + program.loss() + ", Gatun with "
                    + expected);
            program.warmUp(3);
            steps.add(Math.max(1, (int) Math.min(10_000, ROUND_MILLISECONDS / program.warmUp(3))));
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < programs.size(); i++) {
                programs.get(i).run(steps.get(i));
            }
        }
    }
}
