package dev.gatun.cli.train;

import dev.gatun.cli.terminal.Output;
import dev.gatun.train.Evaluation;
import dev.gatun.train.Progress;

/** What a user sees of a run while it goes on; by default nothing. */
interface Display {
    /** A step was done. */
    default void step(Progress progress) {}

    /** Some of the test images were evaluated. */
    default void evaluated(long done, long all) {}

    /** An epoch was done and evaluated. */
    default void epoch(Progress progress, Evaluation test) {}

    /** Something else is about to be written. */
    default void clear() {}

    /**
     * Returns what suits the output.
     *
     * @param split what epochs are evaluated on, for people
     */
    static Display of(Output output, boolean quiet, String split) {
        if (quiet) {
            return new Display() {};
        }
        return output.isTerminal()
                ? new TerminalDisplay(output, new LineDisplay(output.out(), split, () -> 0), System::nanoTime)
                : new LineDisplay(output.out(), split, System::nanoTime);
    }
}
