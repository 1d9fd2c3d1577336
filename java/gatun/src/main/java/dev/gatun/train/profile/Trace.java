package dev.gatun.train.profile;

import dev.gatun.io.RunFolderException;
import dev.gatun.io.file.AtomicFile;
import dev.gatun.io.file.StorageException;
import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a {@link ProfileRecorder} recorded. As a file it is in the Trace Event Format, which Perfetto
 * (ui.perfetto.dev) and chrome://tracing open.
 *
 * @param peak   what the machine reaches at most
 * @param events events in the order in which they ended
 */
public record Trace(Peak peak, List<TraceEvent> events) {
    public Trace {
        events = List.copyOf(events);
    }

    /**
     * Writes the trace atomically.
     *
     * @throws StorageException when the disk refuses
     */
    public void write(Path file) {
        AtomicFile.write(file, Json.write(TraceFormat.toJson(this)));
    }

    private static final int MOST_BYTES = 1 << 30;

    /**
     * Reads a trace that {@link #write} wrote.
     *
     * @throws StorageException   when the file cannot be read
     * @throws RunFolderException when it is damaged, or holds another program's trace
     */
    public static Trace read(Path file) {
        try {
            return TraceFormat.fromJson(Json.readObject(file, MOST_BYTES));
        } catch (JsonException e) {
            throw new RunFolderException(e.getMessage() + "; record the profile again", e);
        } catch (IllegalArgumentException e) {
            throw new RunFolderException(file + ": " + e.getMessage() + "; record the profile again", e);
        }
    }
}
