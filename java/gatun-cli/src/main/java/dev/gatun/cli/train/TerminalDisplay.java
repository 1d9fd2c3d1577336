package dev.gatun.cli.train;

import dev.gatun.cli.terminal.CountedProgress;
import dev.gatun.cli.terminal.Durations;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.terminal.ProgressText;
import dev.gatun.cli.terminal.RewrittenLine;
import dev.gatun.train.Evaluation;
import dev.gatun.train.Progress;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The lines of {@link LineDisplay}, and below them one that is rewritten in place. */
final class TerminalDisplay implements Display {
    private final Display lines;
    private final Output output;
    private final LongSupplier clock;
    private final RewrittenLine line;
    private @Nullable CountedProgress testing;
    private double begin = -1;
    private long beginNanos;

    TerminalDisplay(Output output, Display lines, LongSupplier clock) {
        this.lines = lines;
        this.output = output;
        this.clock = clock;
        this.line = new RewrittenLine(output, clock);
    }

    @Override
    public void step(Progress progress) {
        if (begin < 0) {
            begin = progress.epochsDone();
            beginNanos = clock.getAsLong();
            lines.step(progress);
        } else if (line.isDue()) {
            line.show(text(progress, clock.getAsLong(), line.room()));
        }
    }

    private String text(Progress progress, long now, int room) {
        // By epochs: their steps may be fewer and longer later on.
        double secondsLeft = (now - beginNanos) / 1e9 / (progress.epochsDone() - begin)
                * (progress.epochs() - progress.epochsDone());
        String left = Durations.format(secondsLeft);
        double share = (double) progress.batch() / progress.batches();
        String epoch = progress.epoch() + 1 + "/" + progress.epochs();
        return new ProgressText("epoch " + epoch, epoch, share)
                .add("step " + progress.batch() + "/" + progress.batches(), Math.round(100 * share) + " %", 1)
                .add(format("loss %.4f", progress.meanLoss()), format("loss %.3f", progress.meanLoss()), 1)
                .add(format("accuracy %.2f %%", 100 * progress.accuracy()),
                format("%.1f %%", 100 * progress.accuracy()), 4)
                .add(format("%.0f images/s", progress.examplesPerSecond()),
                format("%.0f/s", progress.examplesPerSecond()), 3)
                .add(left + " left", left, 2).fit(room);
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    @Override
    public void evaluated(long done, long all) {
        if (testing == null) {
            line.clear();
            testing = new CountedProgress(output, "testing", clock);
        }
        testing.show(done, all);
    }

    @Override
    public void epoch(Progress progress, Evaluation test) {
        clear();
        lines.epoch(progress, test);
    }

    @Override
    public void clear() {
        if (testing != null) {
            testing.clear();
            testing = null;
        }
        line.clear();
    }
}
