package dev.gatun.cli.run;

import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.RunFolder;
import dev.gatun.io.RunFolderException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run specified by its folder or by one of its checkpoints.
 *
 * @param run        the run's folder; null for a checkpoint outside any run
 * @param checkpoint path to read: the checkpoint, or the run's folder for its latest
 */
public record RunLocation(@Nullable RunFolder run, Path checkpoint) {
    private static final String CONFIG = "config.json";

    /**
     * Finds the run that a path belongs to.
     *
     * @throws RunFolderException when the path is no folder, and would not be a checkpoint of a run either
     */
    public static RunLocation find(Path path) {
        Path checkpoints = path.toAbsolutePath().normalize().getParent();
        Path above = checkpoints == null ? null : checkpoints.getParent();
        if (!Files.exists(path.resolve(CONFIG)) && above != null && Files.exists(above.resolve(CONFIG))) {
            return new RunLocation(RunFolder.open(above), path);
        }
        if (!Files.isDirectory(path)) {
            throw new RunFolderException(path + ": " + (Files.exists(path) ? "a file, not a folder" : "no such folder")
                    + "; give the folder of a run or of one of its checkpoints");
        }
        return new RunLocation(Files.exists(path.resolve(CONFIG)) ? RunFolder.open(path) : null, path);
    }

    /** Returns the run to resume; a checkpoint outside a run's folder is refused. */
    public static RunLocation toResume(Path path) {
        RunLocation found = find(path);
        return found.run != null ? found : new RunLocation(RunFolder.open(path), path);
    }

    /**
     * Returns the configuration of the run.
     *
     * @throws NullPointerException if there is no run
     */
    public RunConfig config() {
        RunFolder folder = Objects.requireNonNull(run);
        return folder.config(json -> RunConfig.fromJson(json, folder.path().resolve(CONFIG)));
    }

    /** Opens the checkpoint and verifies it; empty for a run that was stopped before its first. */
    public Optional<LoadedCheckpoint> open() {
        if (run != null && checkpoint.equals(run.path()) && run.checkpoints().latest().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(CheckpointStore.read(checkpoint));
    }
}
