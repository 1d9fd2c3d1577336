package dev.gatun.cli.train;

import dev.gatun.cli.terminal.Durations;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.terminal.RewrittenLine;
import dev.gatun.train.Evaluation;
import dev.gatun.train.Progress;
import java.util.Locale;
import java.util.function.LongSupplier;

/** The lines of {@link LineDisplay}, and below them one that is rewritten in place. */
final class TerminalDisplay implements Display {
    private final Display lines;
    private final LongSupplier clock;
    private final RewrittenLine line;
    private long beginStep = -1;
    private long beginNanos;

    TerminalDisplay(Output output, Display lines, LongSupplier clock) {
        this.lines = lines;
        this.clock = clock;
        this.line = new RewrittenLine(output, clock);
    }

    @Override
    public void step(Progress progress) {
        if (beginStep < 0) {
            beginStep = progress.step();
            beginNanos = clock.getAsLong();
            lines.step(progress);
        } else if (line.isDue()) {
            line.show(text(progress, clock.getAsLong()));
        }
    }

    private String text(Progress progress, long now) {
        double secondsLeft = (now - beginNanos) / 1e9 / (progress.step() - beginStep)
                * (progress.steps() - progress.step());
        return String.format(Locale.ROOT,
                "epoch %d/%d  step %d/%d  loss %.4f  accuracy %.2f %%  %.0f images/s  %s left",
                progress.epoch() + 1, progress.epochs(), progress.batch(), progress.batches(), progress.meanLoss(),
                100 * progress.accuracy(), progress.examplesPerSecond(), Durations.format(secondsLeft));
    }

    @Override
    public void epoch(Progress progress, Evaluation test) {
        clear();
        lines.epoch(progress, test);
    }

    @Override
    public void clear() {
        line.clear();
    }
}
