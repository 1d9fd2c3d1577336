package dev.gatun.io;

import dev.gatun.io.file.AtomicFile;
import dev.gatun.io.file.Disk;
import dev.gatun.io.file.RegularFile;
import dev.gatun.io.file.StorageException;
import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonException;
import dev.gatun.io.json.JsonLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one run: {@code config.json}, {@code manifest.json}, {@code recipe.args}, {@code metrics.jsonl},
 * {@code checkpoints/}, and {@code trace.json} and {@code profile.jfr} where it was profiled, {@code skipped.txt} where
 * images were left out; the command line adds {@code report.html}.
 */
public final class RunFolder {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
    private static final String CONFIG = "config.json";
    private static final String MANIFEST = "manifest.json";
    private static final String NETWORK = "network.json";
    private static final String NETWORK_WEIGHTS = "network.safetensors";
    private static final String RECIPE = "recipe.args";
    /** Of options that fit a command line. */
    private static final int LARGEST_RECIPE = 4 << 20;
    private static final String SKIPPED = "skipped.txt";
    private static final String METRICS = "metrics.jsonl";
    private static final String TRACE = "trace.json";
    private static final String FLIGHT_RECORDING = "profile.jfr";

    /** A thousand times what a run writes, and more than its class names can need. */
    private static final int LARGEST_JSON = 32 << 20;

    private static final List<String> FILES = List.of(CONFIG, MANIFEST, NETWORK, NETWORK_WEIGHTS, METRICS, RECIPE,
            SKIPPED, TRACE, FLIGHT_RECORDING, RunLock.FILE);

    private final Path folder;
    private final CheckpointStore checkpoints;
    private @Nullable Object identity;

    private RunFolder(Path folder) {
        this.folder = folder;
        this.checkpoints = new CheckpointStore(folder);
    }

    /**
     * Creates a folder for a new run, with missing parents; the folder may exist if it holds no run.
     *
     * @throws RunFolderException when it cannot be written, a file is in the way, or it holds a run, or a link under
     *                            the name of one of a run's files
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
        refuseLinks(folder);
        return new RunFolder(folder);
    }

    /**
     * Opens the folder of an earlier run.
     *
     * @throws RunFolderException when there is none, or one of its files is a link, a pipe or a device
     */
    public static RunFolder open(Path folder) {
        refuseFileInTheWay(folder);
        if (!Files.isDirectory(folder)) {
            throw new RunFolderException("there is no folder " + folder + "; check the path");
        }
        refuseLinks(folder);
        if (!Files.isRegularFile(folder.resolve(CONFIG))) {
            throw new RunFolderException("the folder " + folder + " holds no run (it has no " + CONFIG
                    + "); give the folder of a run");
        }
        return new RunFolder(folder);
    }

    /** What a run writes stays in its folder, and what it reads too: that may come from anywhere. */
    private static void refuseLinks(Path folder) {
        for (String name : FILES) {
            try {
                RegularFile.check(folder.resolve(name), LinkOption.NOFOLLOW_LINKS);
            } catch (IOException e) {
                StorageException failure = StorageException.reading(folder.resolve(name), e);
                throw new RunFolderException("cannot use " + folder.resolve(name) + ": " + failure.reason() + "; "
                        + "put a file in its place, or choose another folder", e);
            }
        }
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
     * Locks the folder for this process until the lock is closed. {@link #checkPresent} knows it from then on.
     *
     * @throws RunFolderException when another process, which the message names, holds the lock, or on an I/O error
     */
    public RunLock lock() {
        RunLock lock = RunLock.take(folder);
        identity = identity();
        return lock;
    }

    /** What tells the folder from another that takes its place; null where there is none. */
    private @Nullable Object identity() {
        try {
            return Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
        } catch (IOException _) {
            return null;
        }
    }

    /**
     * Checks that the folder is the one that was locked, with its configuration: without it nothing can go on from the
     * checkpoints that it holds.
     *
     * @throws RunFolderException when it was deleted or replaced
     */
    public void checkPresent() {
        if (!Files.isRegularFile(folder.resolve(CONFIG), LinkOption.NOFOLLOW_LINKS)
                || (identity != null && !identity.equals(identity()))) {
            throw new RunFolderException("the folder " + folder + " was deleted or replaced while its run went on:"
                    + " what it held is lost; start the run again");
        }
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

    /**
     * Writes {@code network.json}, the description of a network that is none of the zoo, as {@link #writeConfig} does.
     *
     * @throws RunFolderException when the disk refuses
     */
    public void writeNetwork(Map<String, ?> network) {
        write(NETWORK, network);
    }

    /** Returns the path of {@code network.safetensors}, the values that such a network begins with. */
    public Path networkWeightsFile() {
        return folder.resolve(NETWORK_WEIGHTS);
    }

    /** Reads {@code network.json} as {@link #config} reads its file. */
    public <T> T network(Function<Map<String, Object>, T> fields) {
        return read(NETWORK, fields);
    }

    /** Returns the path of {@code network.json}. */
    public Path networkFile() {
        return folder.resolve(NETWORK);
    }

    /**
     * Writes {@code skipped.txt}, a line for each image of the data that was left out; nothing where there is none.
     *
     * @throws RunFolderException when the disk refuses
     */
    public void writeSkipped(List<String> skipped) {
        if (!skipped.isEmpty()) {
            writeLines(SKIPPED, skipped);
        }
    }

    /**
     * Writes {@code recipe.args}, the options of the command line that repeat the run.
     *
     * @throws RunFolderException when the disk refuses
     */
    public void writeRecipe(List<String> options) {
        writeLines(RECIPE, options);
    }

    /**
     * Adds a line to {@code recipe.args}, such as a remark that begins with {@code #}.
     *
     * @throws RunFolderException when it cannot be read or the disk refuses
     */
    public void addToRecipe(String line) {
        List<String> lines = new ArrayList<>();
        Path file = folder.resolve(RECIPE);
        if (Files.exists(file)) {
            try {
                lines.addAll(RegularFile.text(file, LARGEST_RECIPE, LinkOption.NOFOLLOW_LINKS).lines().toList());
            } catch (IOException e) {
                throw failure(StorageException.reading(file, e));
            }
        }
        lines.add(line);
        writeLines(RECIPE, lines);
    }

    private void writeLines(String file, List<String> lines) {
        try {
            AtomicFile.writeOver(folder.resolve(file), String.join("\n", lines) + "\n");
        } catch (StorageException e) {
            throw failure(e);
        }
    }

    private void write(String file, Map<String, ?> content) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(Schema.FIELD, Schema.VERSION);
        json.putAll(content);
        SelfChecksum.add(json);
        try {
            AtomicFile.writeOver(folder.resolve(file), Json.pretty(json));
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
            Map<String, Object> json = Json.readObject(folder.resolve(file), LARGEST_JSON, LinkOption.NOFOLLOW_LINKS);
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
