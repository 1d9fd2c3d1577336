package dev.gatun.ffi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A shared library's headers, looked at before it is loaded: the system's loader maps a file as they say, and where it
 * was cut short the process ends at the first page that is not there. Format: System V ABI, 64 bits, little-endian.
 */
final class ElfFile {
    private static final int MAGIC = 0x464C457F; // 0x7F, then ELF
    private static final byte CLASS_64 = 2;
    private static final byte LITTLE_ENDIAN = 1;
    private static final int HEADER = 64;
    private static final int SEGMENT = 56;
    private static final int SECTION = 64;
    private static final int NO_BITS = 8; // a section without bytes in the file

    private ElfFile() {}

    /** What is wrong with a file, in words; empty for a whole library. */
    static Optional<String> fault(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return fault(channel);
        } catch (IOException e) {
            return Optional.of("cannot be read: " + e.getMessage());
        }
    }

    private static Optional<String> fault(FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < HEADER) {
            return Optional.of("has " + size + " bytes, fewer than the header of a library");
        }
        ByteBuffer header = read(channel, 0, HEADER);
        if (header.getInt(0) != MAGIC || header.get(4) != CLASS_64 || header.get(5) != LITTLE_ENDIAN) {
            return Optional.of("is not a 64-bit ELF library");
        }
        long segments = header.getLong(32);
        long sections = header.getLong(40);
        int segmentCount = Short.toUnsignedInt(header.getShort(56));
        int sectionCount = Short.toUnsignedInt(header.getShort(60));
        if ((segmentCount > 0 && header.getShort(54) != SEGMENT)
                || (sectionCount > 0 && header.getShort(58) != SECTION)) {
            return Optional.of("has headers of an unknown size");
        }
        if (segmentCount == 0) {
            return Optional.of("has nothing to load");
        }
        if (leaves(size, segments, (long) SEGMENT * segmentCount)) {
            return cut(size);
        }
        ByteBuffer table = read(channel, segments, SEGMENT * segmentCount);
        for (int i = 0; i < segmentCount; i++) {
            if (leaves(size, table.getLong(i * SEGMENT + 8), table.getLong(i * SEGMENT + 32))) {
                return cut(size);
            }
        }
        if (leaves(size, sections, (long) SECTION * sectionCount)) {
            return cut(size);
        }
        table = read(channel, sections, SECTION * sectionCount);
        for (int i = 0; i < sectionCount; i++) {
            if (table.getInt(i * SECTION + 4) != NO_BITS
                    && leaves(size, table.getLong(i * SECTION + 24), table.getLong(i * SECTION + 32))) {
                return cut(size);
            }
        }
        return Optional.empty();
    }

    private static boolean leaves(long size, long offset, long bytes) {
        return offset < 0 || bytes < 0 || offset > size || bytes > size - offset;
    }

    private static Optional<String> cut(long size) {
        return Optional.of("is cut short: its headers say more than its " + size + " bytes");
    }

    private static ByteBuffer read(FileChannel channel, long offset, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new IOException("the file ends at byte " + (offset + buffer.position()));
            }
        }
        return buffer;
    }
}
