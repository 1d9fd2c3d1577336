package dev.gatun.lab;

import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonLines;
import dev.gatun.io.RunFolderException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A file of finished runs, one on each line, identified by everything that determines them. It may contain runs of any
 * number of configurations; each is found for its own configuration only.
 */
public final class TrialJournal implements AutoCloseable {
    private static final String KEY = "run";

    private final JsonLines lines;
    private final Map<String, TrialResult> results = new HashMap<>();

    private TrialJournal(JsonLines lines) {
        this.lines = lines;
    }

    /**
     * Opens a journal for look-up and appending, creating it if missing. An incomplete last line, after a crash, is
     * dropped.
     *
     * @throws dev.gatun.io.file.StorageException when the file cannot be read or written
     * @throws dev.gatun.io.json.JsonException    when a line is no JSON object
     * @throws RunFolderException            if a line is not a run
     */
    public static TrialJournal open(Path file) {
        TrialJournal journal = new TrialJournal(JsonLines.open(file));
        boolean complete = false;
        try {
            for (Map<String, Object> line : JsonLines.read(file)) {
                journal.results.put(Json.write(line.get(KEY)), read(line, file));
            }
            complete = true;
            return journal;
        } finally {
            if (!complete) {
                journal.close();
            }
        }
    }

    private static TrialResult read(Map<String, Object> line, Path file) {
        try {
            return TrialResult.fromJson(line);
        } catch (IllegalArgumentException e) {
            throw new RunFolderException(file + ": the line of " + line.get(KEY) + " has " + e.getMessage()
                    + ": remove it", e);
        }
    }

    Optional<TrialResult> find(Map<String, Object> key) {
        return Optional.ofNullable(results.get(Json.write(key)));
    }

    void add(Map<String, Object> key, TrialResult result) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put(KEY, key);
        line.putAll(result.toJson());
        lines.append(line);
        results.put(Json.write(key), result);
    }

    @Override
    public void close() {
        lines.close();
    }
}
