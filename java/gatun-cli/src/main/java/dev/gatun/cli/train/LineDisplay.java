package dev.gatun.cli.train;

import dev.gatun.train.Evaluation;
import dev.gatun.train.Progress;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** One line as soon as there is a loss, one for each epoch, and in long epochs one a minute: for files, pipes, logs. */
final class LineDisplay implements Display {
    /** Nanoseconds between two lines of one epoch. */
    static final long INTERVAL = 60_000_000_000L;

    private final PrintStream out;
    private final String split;
    private final LongSupplier clock;
    private boolean alive;
    private long lastLine;

    LineDisplay(PrintStream out, String split, LongSupplier clock) {
        this.out = out;
        this.split = split;
        this.clock = clock;
    }

    @Override
    public void step(Progress progress) {
        long now = clock.getAsLong();
        if (!alive) {
            alive = true;
            lastLine = now;
            out.printf(Locale.ROOT, "step %d  loss %.4f%n", progress.step(), progress.loss());
        } else if (now - lastLine >= INTERVAL) {
            lastLine = now;
            out.printf(Locale.ROOT, "epoch %d/%d  step %d/%d  loss %.4f  accuracy %.2f %%  %.0f images/s%n",
                    progress.epoch() + 1, progress.epochs(), progress.batch(), progress.batches(),
                    progress.meanLoss(), 100 * progress.accuracy(), progress.examplesPerSecond());
        }
    }

    @Override
    public void epoch(Progress progress, Evaluation test) {
        lastLine = clock.getAsLong();
        out.printf(Locale.ROOT,
                "epoch %d/%d  loss %.4f  accuracy %.2f %%  %s loss %.4f  %s accuracy %.2f %%  %.0f images/s%n",
                progress.epoch() + 1, progress.epochs(), progress.meanLoss(), 100 * progress.accuracy(), split,
                test.loss(), split, 100 * test.accuracy(), progress.examplesPerSecond());
    }
}
