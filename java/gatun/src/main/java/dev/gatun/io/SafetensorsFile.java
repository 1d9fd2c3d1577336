package dev.gatun.io;

import dev.gatun.io.file.IOConsumer;
import dev.gatun.io.file.RegularFile;
import dev.gatun.io.file.StorageException;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
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
    /** How files begin that torch.save wrote, which people most often take for one of these. */
    private static final int ZIP = 0x04034b50;
    private static final int PICKLE = 0x80;

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
     * @param links whether a symbolic link is refused
     * @throws CheckpointException when the file cannot be read, is a pipe or a device, or is not a whole safetensors
     *                             file
     */
    public static SafetensorsFile open(Path file, LinkOption... links) {
        FileChannel channel;
        try {
            RegularFile.check(file, links);
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
        boolean beyond = length < 0 || length > SafetensorsHeader.MAX_BYTES;
        if ((beyond && (length & 0xff) == PICKLE) || ((beyond || length > size) && (int) length == ZIP)) {
            throw new CheckpointException(file + ": it looks like a pickle of PyTorch's, not like a safetensors file:"
                    + " write one with safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")");
        }
        if (beyond) {
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

    /** Whether there is a tensor of a name. */
    public boolean contains(String name) {
        return header.entries().containsKey(name);
    }

    /**
     * Element type and shape of a tensor that the library computes with.
     *
     * @throws CheckpointException when the file has no tensor of that name, or one of another type
     */
    public TensorType type(String name) {
        SafetensorsHeader.Entry entry = entry(name);
        DType dtype = entry.dtype().dtype().orElseThrow(() -> new CheckpointException(file + ": tensor \"" + name
                + "\" is " + entry.text() + ", which is read as bytes only: convert it, or leave it out"));
        return new TensorType(dtype, entry.shape());
    }

    /**
     * Element type of a tensor, whatever it is.
     *
     * @throws CheckpointException when the file has no tensor of that name
     */
    public SafetensorsType dtype(String name) {
        return entry(name).dtype();
    }

    /**
     * Shape of a tensor.
     *
     * @throws CheckpointException when the file has no tensor of that name
     */
    public Shape shape(String name) {
        return entry(name).shape();
    }

    /**
     * Bytes that a tensor takes.
     *
     * @throws CheckpointException when the file has no tensor of that name
     */
    public long bytes(String name) {
        return entry(name).bytes();
    }

    /**
     * Reads some elements of a tensor of floating-point numbers as binary32: those of 16 bits exactly, those of 64
     * rounded to the nearest.
     *
     * @param first the first element, in row-major order
     * @param dst   four bytes for each element that is wanted
     * @throws IllegalArgumentException when the tensor has no such elements or {@code dst} is read-only
     * @throws IllegalStateException    when this file is closed
     * @throws CheckpointException      when there is no such tensor, it holds other numbers, or the file cannot be read
     */
    public void readFloats(String name, long first, MemorySegment dst) {
        SafetensorsHeader.Entry entry = entry(name);
        if (!entry.dtype().isFloating()) {
            throw new CheckpointException(file + ": tensor \"" + name + "\" is " + entry.text()
                    + ", not floating-point numbers of 16, 32 or 64 bits: convert it, or leave it out");
        }
        DType dtype = entry.dtype().dtype().orElseThrow();
        if (dtype == DType.F32) {
            read(name, first * Float.BYTES, dst);
            return;
        }
        FloatConversion conversion = FloatConversion.of(dtype);
        long elements = dst.byteSize() / Float.BYTES;
        try (Arena arena = Arena.ofConfined()) {
            long most = Math.min(elements, SegmentChannel.CHUNK / dtype.bytes());
            MemorySegment piece = arena.allocate(most * dtype.bytes());
            for (long done = 0; done < elements; done += most) {
                long count = Math.min(most, elements - done);
                MemorySegment part = piece.asSlice(0, count * dtype.bytes());
                read(name, (first + done) * dtype.bytes(), part);
                conversion.convert(part, dst.asSlice(done * Float.BYTES, count * Float.BYTES));
            }
        }
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
            throw new IllegalArgumentException("tensor \"" + name + "\" " + entry.text() + " of " + file + " needs "
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
            throw new IllegalArgumentException("tensor \"" + name + "\" " + entry.text() + " of " + file + " has "
                    + entry.bytes() + " bytes; " + dst.byteSize() + " from " + offset + " on are wanted"
                    + (dst.isReadOnly() ? " in a read-only segment" : ""));
        }
        read(entry, offset, dst);
    }

    /**
     * Gives a tensor's row-major, little-endian bytes piece by piece, for {@link TensorData}.
     *
     * @param bytes of a piece
     * @param sink  a piece is valid during the call only
     * @throws IOException           when {@code sink} does
     * @throws IllegalStateException when this file is closed
     * @throws CheckpointException   when there is no such tensor or the file cannot be read
     */
    public void readPieces(String name, long bytes, IOConsumer<MemorySegment> sink) throws IOException {
        SafetensorsHeader.Entry entry = entry(name);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment piece = arena.allocate(Math.max(1, Math.min(bytes, entry.bytes())));
            for (long offset = 0; offset < entry.bytes(); offset += piece.byteSize()) {
                MemorySegment part = piece.asSlice(0, Math.min(piece.byteSize(), entry.bytes() - offset));
                read(entry, offset, part);
                sink.accept(part);
            }
        }
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
