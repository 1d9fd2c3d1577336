package dev.gatun.mpi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Processes that each run {@link RankProgram}, and what they said. */
final class Ranks {
    private static final long MOST_SECONDS = 25;

    private Ranks() {}

    /**
     * What became of a process.
     *
     * @param status its exit status
     * @param output all that it printed
     */
    record Ended(int status, String output) {
        /** The lines that the program said. */
        List<String> said() {
            return output.lines().filter(line -> line.startsWith("rank says: "))
                    .map(line -> line.substring("rank says: ".length())).toList();
        }
    }

    /** The command that runs a rank. */
    static List<String> command(List<String> options, String action, Path folder, String how) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null",
                "--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), RankProgram.class.getName(), action,
                folder.toString(), how));
        return command;
    }

    /** Starts a process whose output goes to a file. */
    static Process start(List<String> command, Map<String, String> environment, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("OMP_WAIT_POLICY", "passive");
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Waits for a process; one that does not end is killed, and fails the test by its status. */
    static Ended await(Process process, Path output) throws IOException, InterruptedException {
        if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }
}
