package dev.gatun.data.image.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads the files of a zip archive, from any thread. */
public final class ZipReader implements AutoCloseable {
    private static final int LOCAL_BYTES = 30;
    private static final int LOCAL = 0x04034b50;
    private static final int FIRST_PIECE = 1 << 16;

    private final FileChannel channel;
    private final List<ZipItem> items;

    /**
     * Opens an archive and reads its directory.
     *
     * @throws ArchiveException when it is no whole zip archive, or needs a password or a method that is not known
     */
    public ZipReader(Path path) throws IOException {
        this.channel = FileChannel.open(path);
        try {
            this.items = ZipDirectory.read(channel);
            long packed = 0;
            for (ZipItem item : items) {
                packed = Math.addExact(packed, item.packed());
                // One piece of the archive under many names would be unpacked for each of them.
                if (item.packed() < 0 || packed > channel.size()) {
                    throw ArchiveException.damaged("is a damaged zip archive: its files overlap each other");
                }
                if (!item.isFolder()) {
                    item.check();
                }
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** All files and folders. */
    public List<ZipItem> items() {
        return items;
    }

    /**
     * Unpacks a file and compares its checksum.
     *
     * @param limit of bytes: of a larger file so many and one are returned, unchecked
     * @throws ArchiveException when it is damaged
     */
    public byte[] read(ZipItem item, int limit) throws IOException {
        ByteBuffer header = ZipDirectory.piece(channel, item.offset(), item.offset() + LOCAL_BYTES);
        if (header.getInt(0) != LOCAL) {
            throw ArchiveException.damaged("is not where the archive's directory says");
        }
        long from = item.offset() + LOCAL_BYTES + (header.getShort(26) & 0xFFFF) + (header.getShort(28) & 0xFFFF);
        if (item.packed() > limit) {
            return new byte[limit + 1];
        }
        byte[] packed = ZipDirectory.piece(channel, from, from + item.packed()).array();
        byte[] content = item.method() == ZipItem.STORED ? packed : inflate(packed, item, limit);
        if (content.length > limit) {
            return content;
        }
        CRC32 crc = new CRC32();
        crc.update(content);
        if (crc.getValue() != item.crc()) {
            throw ArchiveException.damaged("is damaged: its checksum is not that in the archive");
        }
        return content;
    }

    /** Counts while unpacking: the size that an archive declares may be a lie. */
    private static byte[] inflate(byte[] packed, ZipItem item, int limit) throws ArchiveException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed);
            byte[] content = new byte[Math.clamp(item.size(), 1, FIRST_PIECE)];
            int count = 0;
            while (!inflater.finished()) {
                int more = inflater.inflate(content, count, content.length - count);
                count += more;
                if (count > limit) {
                    break;
                }
                if (count == content.length && !inflater.finished()) {
                    content = Arrays.copyOf(content, Math.min(2 * content.length, limit + 1));
                } else if (more == 0 && !inflater.finished()) {
                    throw ArchiveException.damaged("is damaged: its packed content ends early");
                }
            }
            return count == content.length ? content : Arrays.copyOf(content, count);
        } catch (DataFormatException e) {
            ArchiveException damaged = ArchiveException.damaged("is damaged: " + e.getMessage());
            damaged.initCause(e);
            throw damaged;
        } finally {
            inflater.end();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
