package dev.gatun.cli.option;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of which checkpoint a run's folder stands for. */
public final class CheckpointOption {
    @Option(names = "--checkpoint", paramLabel = "latest|best",
            description = "Which checkpoint a run's folder stands for: the latest, or that of its best epoch (default:"
                    + " the best of a run with --early-stopping, else the latest).")
    @Nullable RunCheckpoint choice;

    /** Which checkpoint of a run. */
    public enum RunCheckpoint {
        /** That after the most steps. */
        LATEST,
        /** That of the epoch that was best by what the run watched. */
        BEST
    }

    /** Returns what was asked for; null for the run's own. */
    public @Nullable RunCheckpoint choice() {
        return choice;
    }
}
