package dev.gatun.cli;

import dev.gatun.train.Evaluation;
import dev.gatun.train.Progress;
import java.util.Locale;
import java.util.function.LongSupplier;

/** The lines of {@link LineDisplay}, and below them one that is rewritten in place, at most ten times a second. */
final class TerminalDisplay implements Display {
    private static final long INTERVAL = 100_000_000;

    private final Output output;
    private final Display lines;
    private final LongSupplier clock;
    private int shown;
    private long lastShown;
    private long beginStep = -1;
    private long beginNanos;

    TerminalDisplay(Output output, Display lines, LongSupplier clock) {
        this.output = output;
        this.lines = lines;
        this.clock = clock;
    }

    @Override
    public void step(Progress progress) {
        long now = clock.getAsLong();
        if (beginStep < 0) {
            beginStep = progress.step();
            beginNanos = now;
            lines.step(progress);
        } else if (now - lastShown >= INTERVAL) {
            lastShown = now;
            rewrite(text(progress, now));
        }
    }

    private String text(Progress progress, long now) {
        double secondsLeft = (now - beginNanos) / 1e9 / (progress.step() - beginStep)
                * (progress.steps() - progress.step());
        return String.format(Locale.ROOT, "epoch %d/%d  step %d/%d  loss %.4f  accuracy %.2f %%  %.0f images/s  %s left",
                progress.epoch() + 1, progress.epochs(), progress.batch(), progress.batches(), progress.meanLoss(),
                100 * progress.accuracy(), progress.imagesPerSecond(), Durations.format(secondsLeft));
    }

    @Override
    public void epoch(Progress progress, Evaluation test) {
        clear();
        lines.epoch(progress, test);
    }

    @Override
    public void clear() {
        rewrite("");
        if (shown > 0) {
            output.out().print('\r');
            output.out().flush();
        }
        shown = 0;
    }

    /** Writes over the line without escape codes; one column stays free, or terminals would begin a new line. */
    private void rewrite(String text) {
        if (text.isEmpty() && shown == 0) {
            return;
        }
        String fitting = text.substring(0, Math.min(text.length(), output.columns() - 1));
        output.out().print("\r" + fitting + " ".repeat(Math.max(0, shown - fitting.length())));
        output.out().flush();
        shown = Math.max(shown, fitting.length());
    }
}
