package dev.gatun.data.image;

import dev.gatun.data.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The files within a zip archive. Nothing is unpacked to the disk, so names that point elsewhere reach nothing. */
final class ZipTree implements FileTree {
    private final Path path;
    private final ZipFile zip;

    ZipTree(Path path) {
        this.path = path;
        try {
            this.zip = new ZipFile(path.toFile());
        } catch (IOException e) {
            throw new DataException(path.toString(), "is no folder and no readable zip archive: " + e.getMessage(),
                    "download it again, or give the folder", e);
        }
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public String describe(String file) {
        return path + "!" + file;
    }

    @Override
    public List<String> names() {
        return zip.stream().map(ZipEntry::getName).sorted().toList();
    }

    @Override
    public FileTree again() {
        return new ZipTree(path);
    }

    @Override
    public long size(String file) {
        return entry(file).getSize();
    }

    private ZipEntry entry(String file) {
        ZipEntry entry = zip.getEntry(file);
        if (entry == null) {
            throw new DataException(describe(file), "is gone", "do not change an archive while it is in use");
        }
        return entry;
    }

    @Override
    public byte[] read(String file) {
        ZipEntry entry = entry(file);
        // Counted while unpacking: the size that an archive declares may be a lie.
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
            if (bytes.length > LARGEST_FILE) {
                throw FileTree.tooLarge(describe(file));
            }
            return bytes;
        } catch (IOException e) {
            throw FileTree.unreadable(describe(file), e);
        }
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw FileTree.unreadable(name(), e);
        }
    }
}
