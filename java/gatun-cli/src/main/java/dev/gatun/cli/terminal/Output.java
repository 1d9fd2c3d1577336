package dev.gatun.cli.terminal;

import java.io.PrintStream;

/**
 * Where a command writes.
 *
 * @param out     results
 * @param err     what went wrong
 * @param columns width of the terminal that {@code out} is, 0 when it is none
 */
public record Output(PrintStream out, PrintStream err, int columns) {
    /** What the launcher tells the program about the terminal. */
    private static final String COLUMNS = "gatun.columns";

    public static Output of(PrintStream out, PrintStream err) {
        return new Output(out, err, Math.max(0, Integer.getInteger(COLUMNS, 0)));
    }

    public boolean isTerminal() {
        return columns > 0;
    }

    /** Width for texts: comfortable to read, never wider than the terminal. */
    public int textWidth() {
        return isTerminal() ? Math.clamp(columns, 60, 110) : 100;
    }

    /** {@code "model   lenet: ..."}. */
    public void fact(String subject, String text) {
        out.println(subject + " ".repeat(Math.max(1, 8 - subject.length())) + text);
    }
}
