package dev.gatun.io;

import dev.gatun.io.file.StorageException;
import dev.gatun.shape.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * An open safetensors file. The header is validated before any tensor is read: every tensor that {@link #names} lists
 * lies inside the file and overlaps no other. Never memory-mapped, as the JVM dies when a mapped file is truncated. Any
 * thread may read; the thread that reads must not be interrupted, which would close the file.
 */
public final class SafetensorsFile implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final SafetensorsHeader header;
    private final long dataStart;

    private SafetensorsFile(Path file, FileChannel channel, SafetensorsHeader header, long dataStart) {
        this.file = file;
        this.channel = channel;
        this.header = header;
        this.dataStart = dataStart;
    }

    /**
     * Opens a file and validates its header.
     *
     * @throws CheckpointException when the file cannot be read or is not a whole safetensors file
     */
    public static SafetensorsFile open(Path file) {
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        try {
            return open(file, channel);
        } catch (IOException e) {
            closeAfter(channel, e);
            throw unreadable(file, e);
        } catch (Throwable e) {
            closeAfter(channel, e);
            throw e;
        }
    }

    private static void closeAfter(FileChannel channel, Throwable failure) {
        try {
            channel.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static SafetensorsFile open(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        long length = ByteBuffer.wrap(bytes(file, channel, 0, SafetensorsHeader.LENGTH_BYTES, size))
                .order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 0 || length > SafetensorsHeader.MAX_BYTES) {
            throw SafetensorsHeader.corrupt(file, "a header of " + Long.toUnsignedString(length)
                    + " bytes is beyond the limit of " + SafetensorsHeader.MAX_BYTES);
        }
        byte[] text = bytes(file, channel, SafetensorsHeader.LENGTH_BYTES, (int) length, size);
        long dataStart = SafetensorsHeader.LENGTH_BYTES + length;
        return new SafetensorsFile(file, channel, SafetensorsHeader.decode(text, size - dataStart, file), dataStart);
    }

    private static byte[] bytes(Path file, FileChannel channel, long position, int count, long size)
            throws IOException {
        if (position + count > size) { // before the array is made
            throw truncated(file, position + count, size);
        }
        byte[] bytes = new byte[count];
        long read = SegmentChannel.read(channel, position, MemorySegment.ofArray(bytes));
        if (read < count) {
            throw truncated(file, position + count, position + read);
        }
        return bytes;
    }

    private static CheckpointException truncated(Path file, long expected, long size) {
        return SafetensorsHeader.corrupt(file, "ends after " + size + " bytes, where at least " + expected + " belong");
    }

    private static CheckpointException unreadable(Path file, IOException cause) {
        return new CheckpointException(String.valueOf(StorageException.reading(file, cause).getMessage()), cause);
    }

    /** Returns the path of the file. */
    public Path path() {
        return file;
    }

    /** Returns the header's {@code __metadata__}; empty if it has none. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /** Returns the names of all tensors in the header's order. */
    public List<String> names() {
        return List.copyOf(header.entries().keySet());
    }

    /**
     * Returns element type and shape of a tensor.
     *
     * @throws CheckpointException when the file has no tensor of that name
     */
    public TensorType type(String name) {
        return entry(name).type();
    }

    /**
     * Reads a tensor's row-major, little-endian bytes.
     *
     * @param dst exactly {@code type(name).bytes()} bytes
     * @throws IllegalArgumentException when {@code dst} has another size or is read-only
     * @throws IllegalStateException    when this file is closed
     * @throws CheckpointException      when there is no such tensor or the file cannot be read
     */
    public void read(String name, MemorySegment dst) {
        SafetensorsHeader.Entry entry = entry(name);
        if (dst.byteSize() != entry.bytes() || dst.isReadOnly()) {
            throw new IllegalArgumentException("tensor \"" + name + "\" " + entry.type() + " of " + file + " needs "
                    + entry.bytes() + " writable bytes, but the segment has " + dst.byteSize()
                    + (dst.isReadOnly() ? " read-only ones" : ""));
        }
        read(entry, 0, dst);
    }

    /**
     * Reads a part of a tensor's row-major, little-endian bytes.
     *
     * @param offset offset of the first byte in the tensor
     * @param dst    receives as many bytes as it has
     * @throws IllegalArgumentException when the tensor has no such bytes or {@code dst} is read-only
     * @throws IllegalStateException    when this file is closed
     * @throws CheckpointException      when there is no such tensor or the file cannot be read
     */
    public void read(String name, long offset, MemorySegment dst) {
        SafetensorsHeader.Entry entry = entry(name);
        if (offset < 0 || dst.byteSize() > entry.bytes() - offset || dst.isReadOnly()) {
            throw new IllegalArgumentException("tensor \"" + name + "\" " + entry.type() + " of " + file + " has "
                    + entry.bytes() + " bytes; " + dst.byteSize() + " from " + offset + " on are wanted"
                    + (dst.isReadOnly() ? " in a read-only segment" : ""));
        }
        read(entry, offset, dst);
    }

    private void read(SafetensorsHeader.Entry entry, long offset, MemorySegment dst) {
        if (!channel.isOpen()) {
            throw new IllegalStateException(file + " is closed");
        }
        try {
            long position = dataStart + entry.begin() + offset;
            long read = SegmentChannel.read(channel, position, dst);
            if (read < dst.byteSize()) {
                throw truncated(file, position + dst.byteSize(), position + read);
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private SafetensorsHeader.Entry entry(String name) {
        SafetensorsHeader.Entry entry = header.entries().get(name);
        if (entry == null) {
            throw new CheckpointException(file + ": no tensor \"" + name + "\" among its " + header.entries().size()
                    + " tensors; the file was written for another model: use the model that wrote it");
        }
        return entry;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }
}
