package dev.gatun.cli.terminal;

import java.util.function.LongSupplier;

/** The last line of a terminal, rewritten in place without escape codes, at most ten times a second. */
public final class RewrittenLine {
    private static final long INTERVAL = 100_000_000;

    private final Output output;
    private final LongSupplier clock;
    private int shown;
    private long lastShown;

    /**
     * Creates a line.
     *
     * @param clock time in nanoseconds
     */
    public RewrittenLine(Output output, LongSupplier clock) {
        this.output = output;
        this.clock = clock;
        lastShown = clock.getAsLong() - INTERVAL;
    }

    /** Returns whether the line may be updated again. */
    public boolean isDue() {
        long now = clock.getAsLong();
        if (now - lastShown < INTERVAL) {
            return false;
        }
        lastShown = now;
        return true;
    }

    /** Returns how many characters there is room for: terminals would start a new line after a full one. */
    public int room() {
        return Math.max(1, output.columns() - 1);
    }

    /** Shows a text, truncated to the width. What was there is overwritten as far as the window still is wide. */
    public void show(String text) {
        int room = room();
        String fitting = text.substring(0, Math.min(text.length(), room));
        int before = Math.min(shown, room);
        output.out().print("\r" + fitting + " ".repeat(Math.max(0, before - fitting.length())));
        output.out().flush();
        shown = Math.max(before, fitting.length());
    }

    /** Clears the line, before other output. */
    public void clear() {
        if (shown > 0) {
            show("");
            output.out().print('\r');
            output.out().flush();
        }
        shown = 0;
    }
}
