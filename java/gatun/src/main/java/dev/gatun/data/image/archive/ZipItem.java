package dev.gatun.data.image.archive;

/**
 * A file (or, with a {@code /} at its end, a folder) of an archive.
 *
 * @param name with {@code /} between its parts, without {@code ./}
 * @param packed bytes that it takes in the archive, from its header at {@code offset} on
 * @param size bytes of its content
 */
public record ZipItem(String name, int flags, int method, long crc, long packed, long size, long offset) {
    static final int STORED = 0;
    static final int DEFLATED = 8;

    /** Whether it is a folder. */
    public boolean isFolder() {
        return name.endsWith("/");
    }

    /** Whether sizes and checksums say that two files have the same content, as have all folders. */
    public boolean hasContentOf(ZipItem other) {
        return size == other.size && crc == other.crc;
    }

    ZipItem at(long start) {
        return new ZipItem(name, flags, method, crc, packed, size, offset + start);
    }

    /** Refuses what cannot be unpacked. */
    void check() throws ArchiveException {
        if ((flags & 1) != 0) {
            throw new ArchiveException("is encrypted: " + name + " needs a password",
                    "unpack it with its password and give the folder");
        }
        if (method != STORED && method != DEFLATED) {
            String title = switch (method) {
                case 9 -> "Deflate64";
                case 12 -> "bzip2";
                case 14 -> "LZMA";
                case 93 -> "Zstandard";
                case 95 -> "xz";
                case 98 -> "PPMd";
                default -> "method " + method;
            };
            throw new ArchiveException("has files packed by " + title + ", such as " + name
                    + "; only deflate and none are read", "unpack it and give the folder, or pack it anew by deflate");
        }
    }
}
