package dev.gatun.cli.lab;

import dev.gatun.cli.terminal.Durations;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.terminal.RewrittenLine;
import dev.gatun.lab.LabListener;
import dev.gatun.lab.LabProgress;
import dev.gatun.lab.Trial;
import dev.gatun.lab.TrialResult;
import java.util.Locale;
import java.util.function.LongSupplier;

/** One line for each finished run and, on a terminal, a last one that shows where the current run stands. */
final class LabDisplay implements LabListener {
    private final Output output;
    private final LongSupplier clock;
    private final RewrittenLine line;
    private final long begin;

    LabDisplay(Output output, LongSupplier clock) {
        this.output = output;
        this.clock = clock;
        this.line = new RewrittenLine(output, clock);
        this.begin = clock.getAsLong();
    }

    @Override
    public void onStep(LabProgress progress) {
        if (output.isTerminal() && line.isDue()) {
            line.show(String.format(Locale.ROOT, "run %d/%d  step %d/%d  loss %.4f  %s left  %s", progress.done() + 1,
                    progress.trials(), progress.stepsInTrial(), progress.stepsOfTrial(), progress.loss(),
                    left(progress),
                    progress.label()));
        }
    }

    @Override
    public void onTrial(LabProgress progress, Trial trial, TrialResult result) {
        clear();
        output.out().printf(Locale.ROOT, "run %d/%d  %s: test accuracy %.2f %%%s  %.1f s  %s left%n", progress.done(),
                progress.trials(), trial.label(), 100 * result.accuracy(), result.diverged() ? ", diverged" : "",
                result.seconds(), left(progress));
    }

    /** Measuring and compiling included, as all runs need both. */
    private String left(LabProgress progress) {
        double perStep = (clock.getAsLong() - begin) / 1e9 / Math.max(1, progress.stepsDone());
        return Durations.format(perStep * (progress.steps() - progress.stepsDone()));
    }

    void clear() {
        line.clear();
    }
}
