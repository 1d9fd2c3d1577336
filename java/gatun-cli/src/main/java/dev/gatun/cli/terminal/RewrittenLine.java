package dev.gatun.cli.terminal;

import java.util.function.LongSupplier;

/** The last line of a terminal, rewritten in place without escape codes, at most ten times a second. */
public final class RewrittenLine {
    private static final long INTERVAL = 100_000_000;

    private final Output output;
    private final LongSupplier clock;
    private int shown;
    private long lastShown;

    public RewrittenLine(Output output, LongSupplier clock) {
        this.output = output;
        this.clock = clock;
    }

    /** Whether it is time to show something else. */
    public boolean isDue() {
        long now = clock.getAsLong();
        if (now - lastShown < INTERVAL) {
            return false;
        }
        lastShown = now;
        return true;
    }

    /** Shows a text, cut to the width; one column stays free, or terminals would begin a new line. */
    public void show(String text) {
        String fitting = text.substring(0, Math.min(text.length(), output.columns() - 1));
        output.out().print("\r" + fitting + " ".repeat(Math.max(0, shown - fitting.length())));
        output.out().flush();
        shown = Math.max(shown, fitting.length());
    }

    /** Wipes it, so that something else can be written. */
    public void clear() {
        if (shown > 0) {
        show("");
            output.out().print('\r');
            output.out().flush();
        }
        shown = 0;
    }
}
