package dev.gatun.io;

import dev.gatun.io.file.AtomicFile;
import dev.gatun.io.file.Disk;
import dev.gatun.io.file.StorageException;
import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonException;
import dev.gatun.io.json.JsonLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The folder of one run: {@code config.json}, {@code manifest.json}, {@code metrics.jsonl}, {@code checkpoints/}, and
 * {@code trace.json} and {@code profile.jfr} where it was profiled.
 */
public final class RunFolder {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
    private static final String CONFIG = "config.json";
    private static final String MANIFEST = "manifest.json";
    private static final String METRICS = "metrics.jsonl";
    private static final String TRACE = "trace.json";
    private static final String FLIGHT_RECORDING = "profile.jfr";

    private final Path folder;
    private final CheckpointStore checkpoints;

    private RunFolder(Path folder) {
        this.folder = folder;
        this.checkpoints = new CheckpointStore(folder);
    }

    /**
     * Creates a folder for a new run, with missing parents; the folder may exist if it holds no run.
     *
     * @throws RunFolderException when it cannot be written, a file is in the way, or it holds a run
     */
    public static RunFolder create(Path folder) {
        refuseFileInTheWay(folder);
        for (String name : List.of(CONFIG, METRICS, CheckpointStore.FOLDER)) {
            if (Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                throw new RunFolderException("the folder " + folder + " already holds a run (it has " + name
                        + "); resume that run or choose another folder");
            }
        }
        try {
            Files.createDirectories(folder);
            // The only sure test: permissions say nothing about read-only disks, nor about what root may do.
            Files.delete(Files.createTempFile(folder, ".gatun-", Disk.PARTIAL));
        } catch (IOException e) {
            throw failure(StorageException.writing(folder, "", e));
        }
        return new RunFolder(folder);
    }

    /**
     * Opens the folder of an earlier run.
     *
     * @throws RunFolderException when there is none
     */
    public static RunFolder open(Path folder) {
        refuseFileInTheWay(folder);
        if (!Files.isDirectory(folder)) {
            throw new RunFolderException("there is no folder " + folder + "; check the path");
        }
        if (!Files.isRegularFile(folder.resolve(CONFIG))) {
            throw new RunFolderException("the folder " + folder + " holds no run (it has no " + CONFIG
                    + "); give the folder of a run");
        }
        return new RunFolder(folder);
    }

    /** Returns whether a folder holds files of a training run. */
    public static boolean holdsTraining(Path folder) {
        return Files.exists(folder.resolve(METRICS)) || Files.exists(folder.resolve(CheckpointStore.FOLDER));
    }

    /**
     * Returns an unused path {@code <runs>/<model>-<yyyyMMdd-HHmmss>} in local time, with {@code -2}, {@code -3}, ...
     * appended if it is taken.
     */
    public static Path defaultPath(Path runs, String model) {
        return defaultPath(runs, model, Clock.system(ZoneId.systemDefault()));
    }

    static Path defaultPath(Path runs, String model, Clock clock) {
        // A model's name becomes part of a file name, whatever characters it has.
        String name = model.replaceAll("[^A-Za-z0-9._-]", "-") + "-" + TIME.format(LocalDateTime.now(clock));
        Path path = runs.resolve(name);
        for (int i = 2; Files.exists(path, LinkOption.NOFOLLOW_LINKS); i++) {
            path = runs.resolve(name + "-" + i);
        }
        return path;
    }

    /** Returns the path of the folder. */
    public Path path() {
        return folder;
    }

    /**
     * Locks the folder for this process until the lock is closed.
     *
     * @throws RunFolderException when another process, which the message names, holds the lock, or on an I/O error
     */
    public RunLock lock() {
        return RunLock.take(folder);
    }

    /** Returns the file that {@link #metrics} appends to. */
    public Path metricsFile() {
        return folder.resolve(METRICS);
    }

    /** Returns the path of the profile's trace, which may not exist. */
    public Path traceFile() {
        return folder.resolve(TRACE);
    }

    /** Returns the path of the profile's flight recording, which may not exist. */
    public Path flightRecordingFile() {
        return folder.resolve(FLIGHT_RECORDING);
    }

    /**
     * Writes {@code config.json} atomically, with the schema version first and a checksum of its values last.
     *
     * @throws RunFolderException when the disk refuses
     */
    public void writeConfig(Map<String, ?> config) {
        write(CONFIG, config);
    }

    /**
     * Writes {@code manifest.json}, which tells the run's data from others, as {@link #writeConfig} does.
     *
     * @throws RunFolderException when the disk refuses
     */
    public void writeManifest(Map<String, ?> manifest) {
        write(MANIFEST, manifest);
    }

    private void write(String file, Map<String, ?> content) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(Schema.FIELD, Schema.VERSION);
        json.putAll(content);
        SelfChecksum.add(json);
        try {
            AtomicFile.write(folder.resolve(file), Json.pretty(json));
        } catch (StorageException e) {
            throw failure(e);
        }
    }

    /**
     * Reads {@code config.json}, without schema version and checksum.
     *
     * @param fields makes something of the fields; what it throws comes before the checksum, as it names the field
     * @throws RunFolderException when it is missing, not a JSON object, of another schema, or not as it was written
     */
    public <T> T config(Function<Map<String, Object>, T> fields) {
        return read(CONFIG, fields);
    }

    /** Returns the path of {@code manifest.json}. */
    public Path manifestFile() {
        return folder.resolve(MANIFEST);
    }

    /** Reads {@code manifest.json} as {@link #config} reads its file. */
    public <T> T manifest(Function<Map<String, Object>, T> fields) {
        return read(MANIFEST, fields);
    }

    private <T> T read(String file, Function<Map<String, Object>, T> fields) {
        try {
            Map<String, Object> json = Json.readObject(folder.resolve(file));
            Schema.fault(json).ifPresent(fault -> {
                throw new RunFolderException(folder.resolve(file) + ": " + fault);
            });
            boolean asWritten = SelfChecksum.remove(json);
            json.remove(Schema.FIELD);
            T read = fields.apply(json);
            if (!asWritten) {
                throw new RunFolderException(folder.resolve(file) + ": it does not match its own checksum (damaged or"
                        + " edited): repair the file or start a new run");
            }
            return read;
        } catch (StorageException e) {
            throw failure(e);
        } catch (JsonException e) {
            throw new RunFolderException(e.getMessage() + "; repair the file or start a new run", e);
        }
    }

    /**
     * Opens {@code metrics.jsonl} for appending; the caller closes it.
     *
     * @throws RunFolderException when it cannot be written
     */
    public JsonLines metrics() {
        try {
            return JsonLines.open(metricsFile());
        } catch (StorageException e) {
            throw failure(e);
        }
    }

    /** Returns the store of the run's checkpoints. */
    public CheckpointStore checkpoints() {
        return checkpoints;
    }

    private static void refuseFileInTheWay(Path folder) {
        for (Path path = folder.toAbsolutePath(); path != null; path = path.getParent()) {
            if (Files.exists(path) && !Files.isDirectory(path)) {
                throw new RunFolderException("cannot use the folder " + folder + ": a file is in the way: " + path
                        + "; move it away or choose another folder");
            }
        }
    }

    private static RunFolderException failure(StorageException cause) {
        return new RunFolderException(String.valueOf(cause.getMessage()), cause);
    }
}
