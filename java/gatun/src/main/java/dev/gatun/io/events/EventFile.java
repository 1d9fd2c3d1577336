package dev.gatun.io.events;

import dev.gatun.io.file.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes scalars to a file that TensorBoard reads: {@code events.out.tfevents.<seconds>.<process>}, in a folder that is
 * shown as a run. Nothing that was written is changed. Scalars reach the file some seconds later, or with
 * {@link #flush}. One thread at a time.
 *
 * <pre>{@code
 * try (EventFile events = EventFile.create(folder)) {
 *     events.scalar("train/loss", step, loss);
 * }
 * }</pre>
 */
public final class EventFile implements AutoCloseable {
    private static final int BUFFER = 1 << 16;
    private static final long FLUSH_MILLIS = 5_000;

    private final Path file;
    private final FileChannel channel;
    private final Clock clock;
    private final EventRecord record = new EventRecord();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    private final Map<String, byte[]> names = new HashMap<>();
    private long flushedMillis;

    private EventFile(Path file, FileChannel channel, Clock clock) {
        this.file = file;
        this.channel = channel;
        this.clock = clock;
        flushedMillis = clock.millis();
        record.version(seconds(), buffer);
    }

    /**
     * Creates a file in a folder, beside those that are there.
     *
     * @throws StorageException when the folder cannot be written
     */
    public static EventFile create(Path folder) {
        return create(folder, Clock.systemUTC());
    }

    static EventFile create(Path folder, Clock clock) {
        String name = "events.out.tfevents." + clock.millis() / 1_000 + "." + ProcessHandle.current().pid();
        Path file = folder.resolve(name);
        for (int i = 1; Files.exists(file); i++) {
            file = folder.resolve(name + "." + i);
        }
        try {
            return new EventFile(file, FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    clock);
        } catch (IOException e) {
            throw StorageException.writing(file, "", e);
        }
    }

    /** Returns the file. */
    public Path path() {
        return file;
    }

    private double seconds() {
        return clock.millis() / 1e3;
    }

    /** Says that a run goes on after a step: what earlier files say of later steps is not shown any more. */
    public void goesOnAfter(long step) {
        makeRoom();
        record.start(seconds(), step + 1, buffer);
    }

    /**
     * Writes a number; allocates nothing once the name is known.
     *
     * @param name  name, with slashes between its groups
     * @param step  step, at least 0
     * @param value the number, which may be infinite or NaN
     */
    public void scalar(String name, long step, double value) {
        if (step < 0) {
            throw new IllegalArgumentException("steps are counted from 0, got " + step + " for " + name);
        }
        byte[] bytes = names.get(name);
        if (bytes == null) {
            bytes = name.getBytes(StandardCharsets.UTF_8);
            if (bytes.length == 0 || bytes.length > EventRecord.MOST_NAME_BYTES) {
                throw new IllegalArgumentException("the name of a scalar has 1 to " + EventRecord.MOST_NAME_BYTES
                        + " bytes, got " + bytes.length);
            }
            names.put(name, bytes);
        }
        makeRoom();
        record.scalar(seconds(), step, bytes, (float) value, buffer);
    }

    private void makeRoom() {
        if (buffer.remaining() < EventRecord.MOST_BYTES || clock.millis() - flushedMillis > FLUSH_MILLIS) {
            flush();
        }
    }

    /**
     * Hands all scalars to the operating system.
     *
     * @throws StorageException when the disk refuses
     */
    public void flush() {
        flushedMillis = clock.millis();
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw StorageException.writing(file, "", e);
        } finally {
            buffer.clear();
        }
    }

    @Override
    public void close() {
        try (channel) {
            if (channel.isOpen()) {
                flush();
            }
        } catch (IOException e) {
            throw StorageException.writing(file, "", e);
        }
    }
}
