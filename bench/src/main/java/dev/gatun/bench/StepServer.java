package dev.gatun.bench;

import dev.gatun.graph.PrecisionPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Runs training steps when it is told to, in a process of its own: {@code StepServer WEIGHTS NETWORK SIZE CLASSES BATCH
 * PRECISION} writes its weights to a file and {@code loss VALUE}, that of the first batch, then answers each line, a
 * number of steps, by {@code ms VALUE}, their median. {@code peer/training_step.py --serve} does the same.
 */
final class StepServer {
    private StepServer() {}

    public static void main(String[] arguments) throws IOException {
        StepCase step = StepCase.parse(Arrays.copyOfRange(arguments, 1, arguments.length));
        try (TrainingRun run = new TrainingRun(step.model(), step.batch(), PrecisionPolicy.of(step.precision()));
                BufferedReader input = new BufferedReader(
                        new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            run.settle();
            run.saveWeights(Path.of(arguments[0]));
            System.out.println("loss " + run.step());
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                System.out.println("ms " + median(run, Integer.parseInt(line)));
            }
        }
    }

    private static double median(TrainingRun run, int steps) {
        double[] times = new double[steps];
        for (int i = 0; i < steps; i++) {
            long begin = System.nanoTime();
            run.step();
            times[i] = (System.nanoTime() - begin) / 1e6;
        }
        return Times.median(times);
    }
}
