package dev.gatun.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** Size and checksum of a file: finds flipped bits and torn writes at memory speed; no defence against forgery. */
record FileDigest(long bytes, long crc32c) {

    static FileDigest of(Path file) throws IOException {
        CRC32C crc = new CRC32C();
        long total = 0;
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment buffer = arena.allocate(SegmentChannel.CHUNK);
            long count;
            while ((count = SegmentChannel.read(channel, total, buffer)) > 0) {
                crc.update(buffer.asSlice(0, count).asByteBuffer());
                total += count;
            }
        }
        return new FileDigest(total, crc.getValue());
    }

    static String hex(long crc32c) {
        return String.format("%08x", crc32c);
    }
}
