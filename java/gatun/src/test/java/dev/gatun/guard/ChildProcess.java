package dev.gatun.guard;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A JVM of its own, in which a crash ends nothing else. */
final class ChildProcess implements AutoCloseable {
    /** Begins the line of an answer: a JVM prints warnings of its own among them. */
    private static final String ANSWER = "answer ";

    private final Process process;
    private final BufferedReader output;
    private final PrintWriter input;
    private String beside = "";

    private ChildProcess(Process process) {
        this.process = process;
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        input = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    static ChildProcess start(Class<?> program, List<String> options, Map<String, String> environment,
            String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g",
                "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("OMP_WAIT_POLICY", "passive");
        builder.environment().putAll(environment);
        return new ChildProcess(builder.start());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** In the child: answers a line, on a line that begins with nothing that was printed before. */
    static void answer(String text) {
        System.out.println("\n" + ANSWER + text);
    }

    /** Sends a line and returns the answer to it; all that the process said where it died instead. */
    String ask(String line) throws IOException {
        input.println(line);
        StringBuilder others = new StringBuilder();
        for (String said = output.readLine(); said != null; said = output.readLine()) {
            if (said.startsWith(ANSWER)) {
                beside = others.toString();
                return said.substring(ANSWER.length());
            }
            if (!said.isEmpty()) {
                others.append(said).append('\n');
            }
        }
        beside = others.toString();
        return "the JVM crashed: " + others;
    }

    /** The lines before the last answer that are no answers, for the message of a failure. */
    String beside() {
        return beside;
    }

    /** Everything that it says until it ends. */
    String rest() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            text.append(line).append('\n');
        }
        return text.toString();
    }

    /** The exit status, after its end. */
    int status() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
