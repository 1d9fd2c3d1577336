package dev.gatun.cli.compress;

import dev.gatun.cli.option.CliException;
import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.run.RunLocation;
import dev.gatun.cli.terminal.Output;
import dev.gatun.compress.Snapshot;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.train.compress.Snapshots;
import dev.gatun.train.task.ImageInput;
import dev.gatun.train.task.TaskDescription;
import java.nio.file.Path;

/**
 * A trained network that a command makes smaller.
 *
 * @param name     the checkpoint that it is of
 * @param snapshot the network with its values
 * @param input    the images that it reads
 * @param config   the configuration of the run that trained it
 */
record CompressSource(String name, Snapshot snapshot, ImageInput input, RunConfig config) {
    /**
     * Reads the network of a run.
     *
     * @throws CliException                       when it is a checkpoint outside any run
     * @throws dev.gatun.io.CheckpointException   when it is damaged, or does not classify images
     */
    static CompressSource read(Path path, CompressOptions options, Output output) {
        RunLocation location = RunLocation.find(path, options.checkpoint.choice());
        if (location.run() == null) {
            throw CliException.usage(path + ": it belongs to no run, whose data and options the new one goes on"
                    + " with: give the folder of a run, or of a checkpoint in it");
        }
        RunConfig config = location.config();
        try (LoadedCheckpoint checkpoint = location.read(
                (damaged, reason) -> output.err().println(RunLocation.passedOver(damaged, reason)))) {
            return new CompressSource(checkpoint.path().toString(), Snapshots.read(checkpoint),
                    ImageInput.of(TaskDescription.read(checkpoint)), config);
        }
    }
}
