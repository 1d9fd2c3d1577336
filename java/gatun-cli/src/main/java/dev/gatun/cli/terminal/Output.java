package dev.gatun.cli.terminal;

import java.io.PrintStream;
import java.util.function.IntSupplier;

/**
 * The output streams of a command.
 *
 * @param out     stream of results
 * @param err     stream of errors
 * @param width   width of the terminal that {@code out} is connected to, as it is now; 0 if it is not a terminal
 */
public record Output(PrintStream out, PrintStream err, IntSupplier width) {
    /** What the launcher tells the program about the terminal. */
    private static final String COLUMNS = "gatun.columns";

    /** Creates the output to two streams, of which the first is connected to a terminal of a width that stays. */
    public Output(PrintStream out, PrintStream err, int columns) {
        this(out, err, () -> columns);
    }

    /** Returns the output to two streams, with the width of the terminal if there is one. */
    public static Output of(PrintStream out, PrintStream err) {
        int columns = Math.max(0, Integer.getInteger(COLUMNS, 0));
        return columns == 0 ? new Output(out, err, 0) : new Output(out, err, TerminalWidth.follow(columns));
    }

    /** Returns the width of the terminal as it is now; 0 if it is not a terminal. */
    public int columns() {
        return width.getAsInt();
    }

    /** Returns whether results go to a terminal. */
    public boolean isTerminal() {
        return columns() > 0;
    }

    /** Returns the width for running text: readable, and at most the terminal's. */
    public int textWidth() {
        return isTerminal() ? Math.clamp(columns(), 60, 110) : 100;
    }

    /** Prints a line of the form {@code "model   lenet: ..."}. */
    public void fact(String subject, String text) {
        out.println(subject + " ".repeat(Math.max(1, 8 - subject.length())) + printable(text));
    }

    /** Returns a text without what would move a terminal's cursor or colour it: names of files may hold that. */
    public static String printable(String text) {
        return text.replaceAll("\\p{Cc}+", " ");
    }
}
