package dev.gatun.dist.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.dist.socket.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Ranks as processes of their own, whose output goes to files. Closing ends them all. */
final class RankProcesses implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final List<Process> processes = new ArrayList<>();
    private final List<Path> outputs = new ArrayList<>();

    /** Starts ranks of {@link RankMain}. */
    static RankProcesses start(int ranks, Path folder, String... arguments) throws IOException {
        RankProcesses all = new RankProcesses();
        int port = FreePort.find();
        for (int rank = 0; rank < ranks; rank++) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1", "-Xmx64m", "-cp", System.getProperty("java.class.path"),
                    RankMain.class.getName()));
            command.addAll(List.of(arguments));
            Path output = folder.resolve("rank-" + rank);
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(
                    new LaunchEnvironment(rank, ranks, rank, ranks, "127.0.0.1", port, "gatun launch").variables());
            all.processes.add(builder.start());
            all.outputs.add(output);
        }
        return all;
    }

    long pid(int rank) {
        return processes.get(rank).pid();
    }

    /** Sends a signal. */
    void signal(int rank, String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(pid(rank))).start().waitFor()).isZero();
    }

    String output(int rank) throws IOException {
        return Files.readString(outputs.get(rank));
    }

    /** Waits until all have printed something. */
    void await(String text) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        for (int rank = 0; rank < processes.size(); rank++) {
            while (!output(rank).contains(text)) {
                assertThat(processes.get(rank).isAlive()).as("rank %s: %s", rank, output(rank)).isTrue();
                assertThat(System.nanoTime()).as("rank %s: %s", rank, output(rank)).isLessThan(end);
                Thread.sleep(20);
            }
        }
    }

    /** Waits until a rank has ended, and returns its exit code. */
    int code(int rank) throws IOException, InterruptedException {
        assertThat(processes.get(rank).waitFor(PATIENCE_NANOS, TimeUnit.NANOSECONDS))
                .as("rank %s ends: %s", rank, output(rank)).isTrue();
        return processes.get(rank).exitValue();
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
    }
}
