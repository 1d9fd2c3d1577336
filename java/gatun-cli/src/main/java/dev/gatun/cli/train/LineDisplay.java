package dev.gatun.cli.train;

import dev.gatun.train.Evaluation;
import dev.gatun.train.Progress;
import java.io.PrintStream;
import java.util.Locale;

/** One line as soon as there is a loss, then one for each epoch: for files, pipes and logs. */
final class LineDisplay implements Display {
    private final PrintStream out;
    private final String split;
    private boolean alive;

    LineDisplay(PrintStream out, String split) {
        this.out = out;
        this.split = split;
    }

    @Override
    public void step(Progress progress) {
        if (!alive) {
            alive = true;
            out.printf(Locale.ROOT, "step %d  loss %.4f%n", progress.step(), progress.loss());
        }
    }

    @Override
    public void epoch(Progress progress, Evaluation test) {
        out.printf(Locale.ROOT,
                "epoch %d/%d  loss %.4f  accuracy %.2f %%  %s loss %.4f  %s accuracy %.2f %%  %.0f images/s%n",
                progress.epoch() + 1, progress.epochs(), progress.meanLoss(), 100 * progress.accuracy(), split,
                test.loss(), split, 100 * test.accuracy(), progress.examplesPerSecond());
    }
}
