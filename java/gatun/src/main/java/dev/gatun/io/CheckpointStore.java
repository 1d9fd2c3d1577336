package dev.gatun.io;

import dev.gatun.io.file.AtomicFolder;
import dev.gatun.io.file.Disk;
import dev.gatun.io.file.StorageException;
import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The checkpoints of one run: folders {@code checkpoints/step-00000938} with {@code model.json},
 * {@code model.safetensors}, {@code optimizer.safetensors} and {@code state.json}. A folder appears only when it is
 * complete and on disk. Thread-safe; one process at a time may write.
 */
public final class CheckpointStore {
    static final String FOLDER = "checkpoints";
    static final String DESCRIPTION = "model.json";
    static final String MODEL = "model.safetensors";
    static final String OPTIMIZER = "optimizer.safetensors";

    private final Path folder;
    private final ChannelOpener opener;

    /** Creates the store of a run's folder; nothing is written before the first checkpoint. */
    public CheckpointStore(Path runFolder) {
        this(runFolder, ChannelOpener.DEFAULT);
    }

    CheckpointStore(Path runFolder, ChannelOpener opener) {
        this.folder = runFolder.resolve(FOLDER);
        this.opener = opener;
    }

    /**
     * Writes a checkpoint and closes it, even on failure; one of the same step is replaced. Incomplete checkpoints that
     * a crash left behind are removed first.
     *
     * @param step number of optimizer steps done
     * @return the checkpoint's folder
     * @throws CheckpointException      when the disk refuses; the earlier checkpoints are then intact
     * @throws IllegalArgumentException when the checkpoint cannot be written at all: a name twice, a state that is not
     *                                  plain values
     */
    public synchronized Path write(long step, Checkpoint checkpoint) {
        try (checkpoint) {
            return writeOpen(step, checkpoint);
        }
    }

    private Path writeOpen(long step, Checkpoint checkpoint) {
        if (step < 0) {
            throw new IllegalArgumentException("negative step: " + step);
        }
        Path target = folder.resolve(CheckpointFolders.name(step));
        try {
            CheckpointFolders.removeLeftovers(folder);
            AtomicFolder.write(target, partial -> fill(partial, step, checkpoint));
        } catch (StorageException e) {
            throw new CheckpointException("cannot write the checkpoint " + target + ": " + e.reason() + "; "
                    + latest().map(path -> path + " and those before it are intact").orElse("there is no earlier one")
                    + "; " + e.remedy(), e);
        }
        return target;
    }

    private void fill(Path partial, long step, Checkpoint checkpoint) throws IOException {
        Map<String, String> metadata = Map.of("format", "pt", "step", Long.toString(step));
        Map<String, FileDigest> files = new LinkedHashMap<>();
        Path description = partial.resolve(DESCRIPTION);
        Files.writeString(description, Json.pretty(checkpoint.description()));
        files.put(DESCRIPTION, FileDigest.of(description));
        files.put(MODEL, Safetensors.write(partial.resolve(MODEL), checkpoint.model(), metadata, opener));
        files.put(OPTIMIZER, Safetensors.write(partial.resolve(OPTIMIZER), checkpoint.optimizer(), metadata, opener));
        Files.writeString(partial.resolve(CheckpointManifest.FILE),
                new CheckpointManifest(step, files, checkpoint.state()).toJson());
    }

    /**
     * Returns the complete checkpoint of the highest step, if any. Reads names only; {@link #read} verifies the
     * content.
     */
    public Optional<Path> latest() {
        List<Path> all = all();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    /** Returns all complete checkpoints in ascending order of the step. */
    public List<Path> all() {
        return CheckpointFolders.list(folder);
    }

    /**
     * Deletes all but the newest checkpoints.
     *
     * @param keep number of checkpoints to keep, at least one
     * @throws CheckpointException when one cannot be deleted
     */
    public synchronized void prune(int keep) {
        if (keep < 1) {
            throw new IllegalArgumentException("at least one checkpoint must be kept, not " + keep);
        }
        List<Path> all = all();
        for (Path old : all.subList(0, Math.max(0, all.size() - keep))) {
            try {
                CheckpointFolders.delete(old);
            } catch (IOException e) {
                StorageException failure = StorageException.writing(old, "", e);
                throw new CheckpointException("cannot delete the old checkpoint " + old + ": " + failure.reason() + "; "
                        + failure.remedy(), e);
            }
        }
    }

    /**
     * Opens a checkpoint after verifying size and checksum of each of its files, which reads them once.
     *
     * @param path a checkpoint's folder, or a run's folder, which stands for its latest checkpoint
     * @throws CheckpointException when there is none, or it is damaged
     */
    public static LoadedCheckpoint read(Path path) {
        Path folder = CheckpointFolders.find(path);
        try {
            CheckpointManifest manifest = CheckpointManifest.verified(folder);
            checkName(folder, manifest.step());
            Map<String, Object> description = description(folder);
            SafetensorsFile model = SafetensorsFile.open(folder.resolve(MODEL));
            try {
                SafetensorsFile optimizer = SafetensorsFile.open(folder.resolve(OPTIMIZER));
                return new LoadedCheckpoint(
                        folder, manifest.step(), description, manifest.state(), model, optimizer);
            } catch (Throwable e) {
                model.close();
                throw e;
            }
        } catch (DamagedException e) {
            throw new CheckpointException(folder + ": " + e.reason() + "; " + instead(folder), e);
        } catch (IOException e) {
            StorageException failure = StorageException.reading(folder, e);
            throw new CheckpointException(folder + ": " + failure.reason() + "; " + instead(folder), e);
        }
    }

    /** A checkpoint under the name of a later step would stay the latest for ever. */
    private static void checkName(Path folder, long step) {
        OptionalLong named = CheckpointFolders.step(folder);
        if (named.isPresent() && named.getAsLong() != step) {
            throw new CheckpointException(folder + ": its name says step " + named.getAsLong() + ", but its "
                    + CheckpointManifest.FILE + " says step " + step + ": rename it to "
                    + CheckpointFolders.name(step));
        }
    }

    private static Map<String, Object> description(Path folder) throws IOException, DamagedException {
        try {
            return Json.parseObject(Files.readString(folder.resolve(DESCRIPTION)), DESCRIPTION);
        } catch (CharacterCodingException e) {
            throw new DamagedException(DESCRIPTION + " is not UTF-8", e);
        } catch (JsonException e) {
            throw new DamagedException(String.valueOf(e.getMessage()), e);
        }
    }

    private static String instead(Path damaged) {
        List<Path> others = new ArrayList<>(CheckpointFolders.list(Disk.parent(damaged)));
        others.removeIf(other -> other.getFileName().equals(damaged.getFileName()));
        return others.isEmpty()
                ? "there is no other checkpoint beside it: start the run again"
                : "use another checkpoint, such as " + others.getLast();
    }
}
