package dev.gatun.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that runs training steps when it is told to, and waits without spinning meanwhile. */
final class StepProcess implements AutoCloseable {
    private final String name;
    private final Process process;
    private final BufferedReader output;
    private final PrintWriter input;
    private final double loss;
    private final List<Double> milliseconds = new ArrayList<>();

    StepProcess(String name, List<String> command) throws IOException {
        this.name = name;
        process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        input = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
        loss = read("loss ");
    }

    /** Gatun's own, which writes the weights that the others begin with. */
    static StepProcess gatun(StepCase step, Path weights) throws IOException {
        return new StepProcess("Gatun", List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny", "-cp",
                System.getProperty("java.class.path"), StepServer.class.getName(), weights.toString(), step.network(),
                "" + step.size(), "" + step.classes(), "" + step.batch(), step.precisionName()));
    }

    /** PyTorch's, through an interpreter that has it. */
    static StepProcess pytorch(StepCase step, Path weights, String python, Path script, boolean channelsLast)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(python, script.toString(), step.network(), "--serve",
                "--size", "" + step.size(), "--classes", "" + step.classes(), "--batch", "" + step.batch(),
                "--precision", step.precisionName(), "--weights", weights.toString(),
                "--threads", "" + Runtime.getRuntime().availableProcessors()));
        if (channelsLast) {
            command.add("--channels-last");
        }
        return new StepProcess(channelsLast ? "PyTorch, channels last" : "PyTorch", command);
    }

    private double read(String word) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(word)) {
                return Double.parseDouble(line.substring(word.length()));
            }
        }
        throw new IOException(name + " ended without an answer: what it said stands above");
    }

    /** Runs some steps; their median is one measurement. */
    void run(int steps) throws IOException {
        milliseconds.add(warmUp(steps));
    }

    /** Runs some steps that are not counted, and returns their median in milliseconds. */
    double warmUp(int steps) throws IOException {
        input.println(steps);
        return read("ms ");
    }

    String name() {
        return name;
    }

    /** The loss of the first batch. */
    double loss() {
        return loss;
    }

    double median() {
        return Times.median(milliseconds.stream().mapToDouble(each -> each).toArray());
    }

    /** The most memory that was resident at once so far, in bytes; 0 where the system does not say. */
    long peakBytes() throws IOException {
        Path status = Path.of("/proc", "" + process.pid(), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream().filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10).findFirst().orElse(0);
    }

    @Override
    public void close() {
        input.close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
