package dev.gatun.fuzz;

import dev.gatun.data.DataException;
import dev.gatun.data.DataOptions;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.archive.ArchiveException;
import dev.gatun.data.image.archive.ZipItem;
import dev.gatun.data.image.archive.ZipReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Zip archives: each file is unpacked, and the whole is a data set or none. */
public final class ZipTarget implements FuzzTarget {
    private static final int LARGEST = 1 << 20;

    private final ScratchFile scratch = new ScratchFile();

    @Override
    public void read(byte[] input) throws IOException {
        Path file = scratch.holding("x.zip", input);
        try (ZipReader zip = new ZipReader(file)) {
            for (ZipItem item : zip.items()) {
                if (!item.isFolder() && zip.read(item, LARGEST).length > LARGEST + 1) {
                    throw new AssertionError(item + " is larger than the limit");
                }
            }
        }
        try (DataSplit split = DataSource.open(file, DataOptions.defaults())) {
            split.train().size();
        }
    }

    @Override
    public List<Class<? extends Exception>> refusals() {
        return List.of(ArchiveException.class, DataException.class);
    }

    @Override
    public List<byte[]> seeds() throws IOException {
        return List.of(archive(ZipEntry.STORED), archive(ZipEntry.DEFLATED));
    }

    private static byte[] archive(int method) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String split : List.of("train", "test")) {
                for (String kind : List.of("a", "b")) {
                    byte[] image = ImageTarget.bitmap();
                    CRC32 crc = new CRC32();
                    crc.update(image);
                    ZipEntry entry = new ZipEntry(split + "/" + kind + "/1.bmp");
                    entry.setMethod(method);
                    entry.setSize(image.length);
                    entry.setCrc(crc.getValue());
                    zip.putNextEntry(entry);
                    zip.write(image);
                }
            }
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        scratch.delete();
    }
}
