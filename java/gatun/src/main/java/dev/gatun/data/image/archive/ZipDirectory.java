package dev.gatun.data.image.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The directory at the end of a zip archive (PKWARE's APPNOTE 4.3), of more than 4 GiB too. */
final class ZipDirectory {
    private static final int END = 0x06054b50;
    private static final int END_64 = 0x06064b50;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int ENTRY = 0x02014b50;
    private static final int END_BYTES = 22;
    private static final int ENTRY_BYTES = 46;
    private static final long UNKNOWN = 0xFFFFFFFFL;
    private static final int UTF_8_FLAG = 1 << 11;

    private ZipDirectory() {}

    /** Reads all entries, in the order of the directory. */
    static List<ZipItem> read(FileChannel channel) throws IOException {
        long size = channel.size();
        ByteBuffer tail = piece(channel, Math.max(0, size - (1 << 16) - END_BYTES), size);
        int at = tail.limit() - END_BYTES;
        while (at >= 0 && (tail.getInt(at) != END
                || at + END_BYTES + (tail.getShort(at + 20) & 0xFFFF) > tail.limit())) {
            at--;
        }
        if (at < 0) {
            throw ArchiveException.damaged("is a zip archive that is cut short: its directory at the end is missing");
        }
        if (tail.getShort(at + 4) != 0 && tail.getShort(at + 4) != -1) {
            throw new ArchiveException("is one part of an archive of several", "join the parts: zip -s 0 in --out out");
        }
        long end = size - tail.limit() + at;
        long bytes = Integer.toUnsignedLong(tail.getInt(at + 12));
        long from = Integer.toUnsignedLong(tail.getInt(at + 16));
        if (at >= 20 && tail.getInt(at - 20) == LOCATOR_64) {
            long place = tail.getLong(at - 12);
            ByteBuffer large = piece(channel, place, place + 56);
            if (large.getInt(0) != END_64) {
                throw ArchiveException.damaged("is a damaged zip archive: its directory is not where it says");
            }
            end = place;
            bytes = large.getLong(40);
            from = large.getLong(48);
        }
        long start = end - bytes - from; // of an archive behind something else, such as a program that unpacks it
        if (bytes < 0 || bytes > Integer.MAX_VALUE || start < 0) {
            throw ArchiveException.damaged("is a damaged zip archive: its directory is not where it says");
        }
        return entries(piece(channel, end - bytes, end)).stream().map(item -> item.at(start)).toList();
    }

    static ByteBuffer piece(FileChannel channel, long from, long to) throws IOException {
        if (from < 0 || to < from || to > channel.size()) {
            throw ArchiveException.damaged("is a zip archive that is cut short or damaged");
        }
        ByteBuffer piece = ByteBuffer.allocate(Math.toIntExact(to - from)).order(ByteOrder.LITTLE_ENDIAN);
        while (piece.hasRemaining()) {
            if (channel.read(piece, from + piece.position()) < 0) {
                throw ArchiveException.damaged("is a zip archive that is cut short");
            }
        }
        return piece.flip();
    }

    private static List<ZipItem> entries(ByteBuffer in) throws ArchiveException {
        List<Integer> places = new ArrayList<>();
        List<byte[]> unsaid = new ArrayList<>();
        int at = 0;
        while (at + ENTRY_BYTES <= in.limit() && in.getInt(at) == ENTRY) {
            int names = in.getShort(at + 28) & 0xFFFF;
            int more = (in.getShort(at + 30) & 0xFFFF) + (in.getShort(at + 32) & 0xFFFF);
            if (at + ENTRY_BYTES + names + more > in.limit()) {
                throw ArchiveException.damaged("is a damaged zip archive: its directory ends within an entry");
            }
            places.add(at);
            if ((in.getShort(at + 8) & UTF_8_FLAG) == 0) {
                unsaid.add(name(in, at));
            }
            at += ENTRY_BYTES + names + more;
        }
        if (at != in.limit() && places.isEmpty()) {
            throw ArchiveException.damaged("is a damaged zip archive: its directory is not where it says");
        }
        Charset encoding = ZipNames.encoding(unsaid);
        List<ZipItem> items = new ArrayList<>();
        for (int place : places) {
            items.add(item(in, place, encoding));
        }
        return items;
    }

    private static byte[] name(ByteBuffer in, int at) {
        byte[] name = new byte[in.getShort(at + 28) & 0xFFFF];
        in.get(at + ENTRY_BYTES, name);
        return name;
    }

    private static ZipItem item(ByteBuffer in, int at, Charset encoding) {
        int flags = in.getShort(at + 8) & 0xFFFF;
        byte[] name = name(in, at);
        String text = new String(name, (flags & UTF_8_FLAG) == 0 ? encoding : StandardCharsets.UTF_8);
        long[] sizes = {
            Integer.toUnsignedLong(in.getInt(at + 24)), Integer.toUnsignedLong(in.getInt(at + 20)),
            Integer.toUnsignedLong(in.getInt(at + 42))
        };
        widen(in, at + ENTRY_BYTES + name.length, in.getShort(at + 30) & 0xFFFF, sizes);
        return new ZipItem(ZipNames.normalized(text), flags, in.getShort(at + 10) & 0xFFFF,
                Integer.toUnsignedLong(in.getInt(at + 16)), sizes[1], sizes[0], sizes[2]);
    }

    /** Size, packed size and offset that need more than 32 bits stand in an extra field, in that order. */
    private static void widen(ByteBuffer in, int from, int length, long[] sizes) {
        int at = from;
        while (at + 4 <= from + length) {
            int bytes = in.getShort(at + 2) & 0xFFFF;
            if (in.getShort(at) == 1) {
                int value = at + 4;
                for (int i = 0; i < sizes.length; i++) {
                    if (sizes[i] == UNKNOWN && value + 8 <= Math.min(at + 4 + bytes, in.limit())) {
                        sizes[i] = in.getLong(value);
                        value += 8;
                    }
                }
            }
            at += 4 + bytes;
        }
    }
}
