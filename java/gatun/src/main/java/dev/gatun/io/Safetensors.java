package dev.gatun.io;

import dev.gatun.io.file.AtomicFile;
import dev.gatun.io.file.AtomicFolder;
import dev.gatun.io.file.StorageException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes files in the safetensors format: eight bytes of header length, a JSON header, then the tensors' bytes one
 * after another. {@link SafetensorsFile} reads them, as does every other implementation.
 */
public final class Safetensors {
    private Safetensors() {}

    /**
     * Writes a file and forces it to the disk. The header is padded with spaces so that the data begins at a multiple
     * of 64 bytes. Not atomic by itself: wrap it in {@link AtomicFile} or {@link AtomicFolder}. The writing thread must
     * not be interrupted.
     *
     * @param file     created or overwritten
     * @param tensors  in the order in which they are written; the data of each is read when it is written
     * @param metadata strings of the header's {@code __metadata__}, written in the order of their keys
     * @throws IllegalArgumentException when two tensors have one name, or the header is too large
     * @throws IllegalStateException    when a tensor gives more or fewer bytes than its type has
     * @throws StorageException         when the disk refuses; the file is then incomplete
     */
    public static void write(Path file, List<NamedTensor> tensors, Map<String, String> metadata) {
        write(file, tensors, metadata, ChannelOpener.DEFAULT);
    }

    /** As above, and returns size and checksum of what was written. */
    static FileDigest write(Path file, List<NamedTensor> tensors, Map<String, String> metadata, ChannelOpener opener) {
        byte[] header = SafetensorsHeader.encode(tensors, metadata);
        CRC32C crc = new CRC32C();
        long bytes = header.length;
        try (FileChannel channel = opener.open(file)) {
            SegmentChannel.write(channel, MemorySegment.ofArray(header), crc);
            for (NamedTensor tensor : tensors) {
                tensor.writeTo(piece -> SegmentChannel.write(channel, piece, crc));
                bytes += tensor.type().bytes();
            }
            channel.force(true);
        } catch (IOException e) {
            throw StorageException.writing(file, "", e);
        }
        return new FileDigest(bytes, crc.getValue());
    }
}
