package dev.gatun.io;

import dev.gatun.io.file.AtomicFolder;
import dev.gatun.io.file.Disk;
import dev.gatun.io.file.RegularFile;
import dev.gatun.io.file.StorageException;
import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The checkpoints of one run: folders {@code checkpoints/step-00000938} with {@code model.json},
 * {@code model.safetensors}, {@code optimizer.safetensors} and {@code state.json}. A folder appears only when it is
 * complete and on disk. Thread-safe; one process at a time may write.
 */
public final class CheckpointStore {
    /** The field of a checkpoint's state that tells of the best epoch so far, an object with its {@code step}. */
    public static final String BEST = "best";

    static final String FOLDER = "checkpoints";
    static final String DESCRIPTION = "model.json";
    static final String MODEL = "model.safetensors";
    static final String OPTIMIZER = "optimizer.safetensors";
    /** The files whose sizes and checksums a checkpoint states. */
    static final Set<String> FILES = new LinkedHashSet<>(List.of(DESCRIPTION, MODEL, OPTIMIZER));
    /** Ten times the description of the largest networks. */
    static final int LARGEST_JSON = 64 << 20;

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

    /**
     * Returns the checkpoint of the best epoch so far, as the latest checkpoint tells; empty where that tells of none,
     * or it is not there. One that is damaged is passed over.
     *
     * @throws CheckpointException when all checkpoints are damaged
     */
    public Optional<Path> best() {
        return latest().flatMap(_ -> {
            try (LoadedCheckpoint checkpoint = readLatestWhole(Disk.parent(folder), (_, _) -> {})) {
                return checkpoint.state().get(BEST) instanceof Map<?, ?> best && best.get("step") instanceof Long step
                        ? ofStep(step) : Optional.<Path>empty();
            }
        });
    }

    /** Returns the complete checkpoint of a step, if there is one. */
    public Optional<Path> ofStep(long step) {
        return all().stream().filter(path -> CheckpointFolders.step(path).equals(OptionalLong.of(step))).findFirst();
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
    public void prune(int keep) {
        prune(keep, OptionalLong.empty());
    }

    /**
     * Deletes all but the newest checkpoints, and that of a step.
     *
     * @param keep number of new checkpoints to keep, at least one
     * @param step a checkpoint to keep beside them
     * @throws CheckpointException when one cannot be deleted
     */
    public synchronized void prune(int keep, OptionalLong step) {
        if (keep < 1) {
            throw new IllegalArgumentException("at least one checkpoint must be kept, not " + keep);
        }
        List<Path> all = new ArrayList<>(all());
        Optional<Path> kept = step.isEmpty() ? Optional.empty() : ofStep(step.getAsLong());
        kept.filter(path -> all.indexOf(path) < all.size() - keep).ifPresent(all::remove);
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
            return open(folder);
        } catch (DamagedException e) {
            throw new CheckpointException(folder + ": " + e.reason(instead(folder)), e);
        }
    }

    /** Is told of a checkpoint that is damaged and therefore passed over. */
    @FunctionalInterface
    public interface DamageListener {
        /** Hears of a checkpoint; {@code reason} says what is wrong with it. */
        void onDamaged(Path checkpoint, String reason);
    }

    /**
     * Opens a run's latest checkpoint that is whole, or the given one, as {@link #read} does.
     *
     * @param path     a run's folder, or a checkpoint's, in place of which no other is taken
     * @param listener is told of each later one that is damaged
     * @throws CheckpointException when there is none that is whole
     */
    public static LoadedCheckpoint readLatestWhole(Path path, DamageListener listener) {
        List<Path> all = CheckpointFolders.find(path).equals(path) ? List.of()
                : CheckpointFolders.list(path.resolve(FOLDER)).reversed();
        for (Path folder : all.size() < 2 ? List.<Path>of() : all) {
            try {
                return open(folder);
            } catch (DamagedException e) {
                if (folder.equals(all.getLast())) {
                    throw new CheckpointException(folder + ": " + e.reason() + "; all that are later are damaged too:"
                            + " start the run again", e);
                }
                listener.onDamaged(folder, e.reason());
            }
        }
        return read(path);
    }

    /**
     * Renames a damaged checkpoint, so that it is no longer the latest of its run.
     *
     * @throws CheckpointException when that is not possible
     */
    public synchronized void setAside(Path checkpoint) {
        try {
            CheckpointFolders.setAside(checkpoint);
        } catch (IOException e) {
            throw new CheckpointException("cannot rename the damaged checkpoint " + checkpoint + ": "
                    + StorageException.writing(checkpoint, "", e).reason() + "; delete it", e);
        }
    }

    private static LoadedCheckpoint open(Path folder) throws DamagedException {
        try {
            CheckpointManifest manifest = CheckpointManifest.verified(folder);
            checkName(folder, manifest.step());
            Map<String, Object> description = description(folder);
            SafetensorsFile model = SafetensorsFile.open(folder.resolve(MODEL), LinkOption.NOFOLLOW_LINKS);
            try {
                SafetensorsFile optimizer = SafetensorsFile.open(
                        folder.resolve(OPTIMIZER), LinkOption.NOFOLLOW_LINKS);
                return new LoadedCheckpoint(
                        folder, manifest.step(), description, manifest.state(), model, optimizer);
            } catch (Throwable e) {
                model.close();
                throw e;
            }
        } catch (IOException e) {
            StorageException failure = StorageException.reading(folder, e);
            throw new CheckpointException(folder + ": " + failure.reason() + "; " + instead(folder), e);
        }
    }

    /** A checkpoint under the name of a later step would stay the latest for ever. */
    private static void checkName(Path folder, long step) throws DamagedException {
        OptionalLong named = CheckpointFolders.step(folder);
        if (named.isPresent() && named.getAsLong() != step) {
            throw DamagedException.mendable("its name says step " + named.getAsLong() + ", but its "
                    + CheckpointManifest.FILE + " says step " + step + ": rename it to "
                    + CheckpointFolders.name(step));
        }
    }

    private static Map<String, Object> description(Path folder) throws IOException, DamagedException {
        try {
            return Json.parseObject(
                    RegularFile.text(folder.resolve(DESCRIPTION), LARGEST_JSON, LinkOption.NOFOLLOW_LINKS),
                    DESCRIPTION);
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
