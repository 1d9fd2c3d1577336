package dev.gatun.cli.train;

import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.terminal.Output;
import dev.gatun.io.CheckpointWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A new run that begins with a network that compression made: trained on, or saved and measured as it is.
 *
 * @param config  what decides the run
 * @param folder  the folder of the run, new or without a run; null for one with a name of its own
 * @param network what it begins with
 * @param command what made it, for the report and the recipe
 */
public record CompressedRun(RunConfig config, @Nullable Path folder, NewNetwork network, String command) {
    /**
     * How it ended.
     *
     * @param code    the exit code
     * @param results what {@code --json} writes; empty where it did not end well
     */
    public record Outcome(ExitCode code, Map<String, Object> results) {}

    /**
     * Runs it.
     *
     * @param json  where the results go
     * @param quiet whether to write nothing but faults
     */
    public Outcome run(ResultFile json, boolean quiet, Output output) {
        TrainingSession session = new TrainingSession(new RunPlan(config, folder, null, network, json, false, quiet,
                CheckpointWriter.Mode.BLOCKING, 0, 0, List.of(), null, command, RunEvents.Wish.NONE, null), output);
        ExitCode code = session.run();
        return new Outcome(code, session.results());
    }
}
