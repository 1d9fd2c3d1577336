package dev.gatun.cli.terminal;

import java.util.function.LongSupplier;

/** How many of a number of things are done, on the last line of a terminal; elsewhere nothing. */
public final class CountedProgress {
    private final Output output;
    private final LongSupplier clock;
    private final RewrittenLine line;
    private final String what;
    private final long begin;

    /**
     * Begins.
     *
     * @param what  what is done
     * @param clock time in nanoseconds
     */
    public CountedProgress(Output output, String what, LongSupplier clock) {
        this.output = output;
        this.clock = clock;
        this.what = what;
        line = new RewrittenLine(output, clock);
        begin = clock.getAsLong();
    }

    /** Shows how far it is, if the line is due. */
    public void show(long done, long all) {
        if (output.isTerminal() && line.isDue()) {
            double seconds = (clock.getAsLong() - begin) / 1e9;
            String left = Durations.format(seconds / done * (all - done)) + " left";
            line.show(new ProgressText(what, what, (double) done / all).add(done + "/" + all, done + "/" + all, 1)
                    .add(left, left, 2).fit(line.room()));
        }
    }

    /** Clears the line, before other output. */
    public void clear() {
        line.clear();
    }
}
