package dev.gatun.cli.run;

import dev.gatun.cli.option.CheckpointOption.RunCheckpoint;
import dev.gatun.cli.option.CliException;
import dev.gatun.io.CheckpointException;
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

    /**
     * The same where a run's folder may stand for another checkpoint than its latest.
     *
     * @param choice null for the best of a run that stops early, else the latest
     */
    public static RunLocation find(Path path, @Nullable RunCheckpoint choice) {
        RunLocation found = find(path);
        RunFolder folder = found.run;
        if (folder == null || !path.equals(found.checkpoint) || !Files.exists(path.resolve(CONFIG))) {
            if (choice != null) {
                throw CliException.usage("--checkpoint says which checkpoint a run's folder stands for, but " + path
                        + " is no run's folder: leave it out");
            }
            return found;
        }
        RunCheckpoint wanted = choice != null ? choice
                : found.config().training().earlyStopping().isActive() ? RunCheckpoint.BEST : RunCheckpoint.LATEST;
        return switch (wanted) {
            case LATEST -> found;
            case BEST -> folder.checkpoints().best().map(best -> new RunLocation(folder, best)).orElseGet(() -> {
                if (choice == null) {
                    return found;
                }
                throw new CheckpointException(path + ": it has no checkpoint of a best epoch, as none was measured"
                        + " yet; leave out --checkpoint best");
            });
        };
    }

    /** Returns the run to resume; a checkpoint outside a run's folder is refused. */
    public static RunLocation toResume(Path path) {
        RunLocation found = find(path);
        return found.run != null ? found : new RunLocation(RunFolder.open(path), path);
    }

    /**
     * Returns the run's folder.
     *
     * @throws NullPointerException if there is no run
     */
    public RunFolder folder() {
        return Objects.requireNonNull(run);
    }

    /**
     * Returns the configuration of the run.
     *
     * @throws NullPointerException if there is no run
     */
    public RunConfig config() {
        RunFolder folder = folder();
        return folder.config(json -> RunConfig.fromJson(json, folder.path().resolve(CONFIG)));
    }

    /**
     * Opens the checkpoint and verifies it; of a run the latest that is whole. Empty for a run that was stopped before
     * its first.
     */
    public Optional<LoadedCheckpoint> open(CheckpointStore.DamageListener listener) {
        if (run != null && checkpoint.equals(run.path()) && run.checkpoints().latest().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(read(listener));
    }

    /** The same where there has to be one. */
    public LoadedCheckpoint read(CheckpointStore.DamageListener listener) {
        return CheckpointStore.readLatestWhole(checkpoint, listener);
    }

    /** Tells of a checkpoint that is passed over, as the others of a run are taken instead. */
    public static String passedOver(Path checkpoint, String reason) {
        return "gatun: " + checkpoint + ": " + reason + "; the checkpoint before it is taken";
    }
}
