package dev.gatun.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/** Moves segments of any size through a file channel, whose own calls stop at 2 GiB and may do less than asked. */
public final class SegmentChannel {
    /** Small enough that the checksum finds the bytes in the cache; large enough that system calls do not count. */
    static final long CHUNK = 1L << 20;

    private SegmentChannel() {}

    /**
     * Appends a segment at the channel's position.
     *
     * @param source bytes in native memory or on the heap
     * @throws IOException when the channel does; some of the bytes may then be written
     */
    public static void write(FileChannel channel, MemorySegment source) throws IOException {
        write(channel, source, null);
    }

    /** Appends the segment at the channel's position and adds its bytes to the checksum, if there is one. */
    static void write(FileChannel channel, MemorySegment source, @Nullable Checksum checksum) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment staging = staging(source, arena);
            for (long offset = 0; offset < source.byteSize(); offset += CHUNK) {
                long bytes = Math.min(CHUNK, source.byteSize() - offset);
                MemorySegment chunk = source.asSlice(offset, bytes);
                MemorySegment direct = source.isNative() ? chunk : staging.asSlice(0, bytes).copyFrom(chunk);
                ByteBuffer buffer = direct.asByteBuffer();
                if (checksum != null) {
                    checksum.update(buffer.duplicate());
                }
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
        }
    }

    /** Fills the segment from a position of the file; less than its size when the file ends early. */
    static long read(FileChannel channel, long position, MemorySegment target) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment staging = staging(target, arena);
            long done = 0;
            while (done < target.byteSize()) {
                long bytes = Math.min(CHUNK, target.byteSize() - done);
                MemorySegment chunk = target.asSlice(done, bytes);
                int count = channel.read((target.isNative() ? chunk : staging.asSlice(0, bytes)).asByteBuffer(),
                        position + done);
                if (count < 0) {
                    break;
                }
                if (!target.isNative()) {
                    MemorySegment.copy(staging, 0, chunk, 0, count);
                }
                done += count;
            }
            return done;
        }
    }

    // A segment over an array of anything but bytes has no byte buffer, so heap segments go through native memory.
    private static MemorySegment staging(MemorySegment segment, Arena arena) {
        return segment.isNative() ? MemorySegment.NULL : arena.allocate(Math.min(CHUNK, segment.byteSize()));
    }
}
