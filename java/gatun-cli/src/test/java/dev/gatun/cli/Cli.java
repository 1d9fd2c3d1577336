package dev.gatun.cli;

import dev.gatun.cli.terminal.Output;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a command left behind, run in this JVM. */
record Cli(int code, String out, String err) {
    /** Runs a command line; words are separated by spaces. */
    static Cli run(String line) {
        return run(line.isEmpty() ? new String[0] : line.split(" "), 0);
    }

    /** The same on a terminal of a width. */
    static Cli run(String[] args, int columns) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(args, new Output(new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), columns));
        return new Cli(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The last line of {@code out} that begins with a word. */
    String line(String word) {
        return Arrays.stream(out.split("\n")).filter(line -> line.startsWith(word)).reduce((_, last) -> last)
                .orElse("");
    }
}
