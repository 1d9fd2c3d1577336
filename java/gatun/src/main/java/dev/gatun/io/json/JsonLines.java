package dev.gatun.io.json;

import dev.gatun.io.file.RegularFile;
import dev.gatun.io.file.StorageException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Appends JSON objects to a file, one on each line. Every line goes to the operating system with one write, so it
 * survives the process; it is not forced to the disk, so a power failure can cost the last lines. One thread at a time.
 */
public final class JsonLines implements AutoCloseable {
    /** The key of the step, as {@link #truncateAfter} reads it. */
    public static final String STEP = "step";

    /** A thousand times what a run writes in a line. */
    private static final int LONGEST_LINE = 1 << 20;

    private final Path file;
    private final FileChannel channel;

    JsonLines(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens a file for appending, creating it if missing. A last line that is incomplete after a crash is dropped.
     *
     * @throws StorageException when the file cannot be written, or is a link, a pipe or a device
     */
    public static JsonLines open(Path file) {
        try {
            // Not in append mode, in which a channel cannot be truncated.
            FileChannel channel = RegularFile.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            try {
                JsonLines lines = new JsonLines(file, channel);
                channel.position(channel.size());
                lines.repair();
                return lines;
            } catch (Throwable e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw StorageException.writing(file, "", e);
        }
    }

    /**
     * Returns all objects of a file; none if there is no file. A last line that is incomplete after a crash is left
     * out.
     *
     * @throws JsonException    when a line that is not the last is no JSON object
     * @throws StorageException when the file cannot be read
     */
    public static List<Map<String, Object>> read(Path file) {
        List<Map<String, Object>> objects = new ArrayList<>();
        try (InputStream in = reading(file)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (long number = 1; readLine(in, line, file, number); number++) {
                String text = line.toString(StandardCharsets.UTF_8);
                if (!text.isBlank()) {
                    try {
                        objects.add(Json.parseObject(text, file.toString()));
                    } catch (JsonException e) {
                        if (!endsWithLineFeed(line)) {
                            break; // torn by a crash
                        }
                        throw damaged(file, number, e);
                    }
                }
            }
        } catch (NoSuchFileException _) {
            return objects;
        } catch (IOException e) {
            throw StorageException.reading(file, e);
        }
        return objects;
    }

    private static InputStream reading(Path file) throws IOException {
        return new BufferedInputStream(Channels.newInputStream(
                RegularFile.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
    }

    private static JsonException damaged(Path file, long number, JsonException cause) {
        return new JsonException(file + ": line " + number + " is not a JSON object: remove it", cause);
    }

    /**
     * Appends one object.
     *
     * @throws StorageException when the disk refuses; the earlier lines are then intact
     */
    public void append(Map<String, ?> object) {
        ByteBuffer line = ByteBuffer.wrap((Json.write(object) + "\n").getBytes(StandardCharsets.UTF_8));
        long start = -1;
        try {
            start = channel.position();
            while (line.hasRemaining()) {
                channel.write(line);
            }
        } catch (IOException e) {
            StorageException failure = StorageException.writing(file, "the earlier lines are intact", e);
            dropFrom(start, failure);
            throw failure;
        }
    }

    /**
     * Removes the first line whose {@code step} is greater than the given one and all after it, that is, what a run
     * wrote after the checkpoint from which it resumes. Lines without a step stay when they come before.
     *
     * @throws JsonException    when a line that is not the last is no JSON object, or the step of one is no count
     * @throws StorageException when the file cannot be read or written
     */
    public void truncateAfter(long step) {
        try {
            cut(step);
        } catch (IOException e) {
            throw StorageException.writing(file, "", e);
        }
    }

    private void repair() throws IOException {
        long size = channel.size();
        if (size > 0 && lastByte(size) != '\n') {
            cut(Long.MAX_VALUE);
        }
    }

    private int lastByte(long size) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        channel.read(last, size - 1);
        return last.get(0);
    }

    private void cut(long step) throws IOException {
        long keep = 0;
        boolean complete = true;
        try (InputStream in = reading(file)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (long number = 1; readLine(in, line, file, number); number++) {
                boolean last = !endsWithLineFeed(line);
                String text = line.toString(StandardCharsets.UTF_8);
                if (!text.isBlank()) {
                    Map<String, Object> object;
                    try {
                        object = Json.parseObject(text, file.toString());
                    } catch (JsonException e) {
                        if (last || in.read() < 0) {
                            break; // torn by a crash
                        }
                        throw damaged(file, number, e);
                    }
                    if (stepOf(object, number) > step) {
                        break;
                    }
                }
                keep += line.size();
                complete = !last;
            }
        }
        channel.truncate(keep);
        channel.position(keep);
        if (!complete) {
            channel.write(ByteBuffer.wrap(new byte[] {'\n'})); // a whole object that lacks only its end of line
        }
    }

    /** The step of a line; none is before all others. */
    private long stepOf(Map<String, Object> object, long number) {
        if (!object.containsKey(STEP)) {
            return Long.MIN_VALUE;
        }
        if (object.get(STEP) instanceof Long step && step >= 0) {
            return step;
        }
        throw new JsonException(file + ": line " + number + " has no valid \"" + STEP + "\" ("
                + Json.shorten(String.valueOf(object.get(STEP))) + "): remove the line");
    }

    /** Reads up to and including a line feed; false at the end of the file. */
    private static boolean readLine(InputStream in, ByteArrayOutputStream line, Path file, long number)
            throws IOException {
        line.reset();
        int next = in.read();
        while (next >= 0) {
            if (line.size() == LONGEST_LINE) {
                throw new JsonException(file + ": line " + number + " has more than " + LONGEST_LINE
                        + " bytes, as none that was written: remove it");
            }
            line.write(next);
            if (next == '\n') {
                return true;
            }
            next = in.read();
        }
        return line.size() > 0;
    }

    private static boolean endsWithLineFeed(ByteArrayOutputStream line) {
        byte[] bytes = line.toByteArray();
        return bytes[bytes.length - 1] == '\n';
    }

    // Half a line would spoil the next one.
    private void dropFrom(long start, StorageException failure) {
        try {
            if (start >= 0) {
                channel.truncate(start);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw StorageException.writing(file, "", e);
        }
    }
}
