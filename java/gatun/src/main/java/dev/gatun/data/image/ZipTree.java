package dev.gatun.data.image;

import dev.gatun.data.DataException;
import dev.gatun.data.image.archive.ArchiveException;
import dev.gatun.data.image.archive.ZipItem;
import dev.gatun.data.image.archive.ZipReader;
import dev.gatun.data.image.decode.FileKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The files within a zip archive. Nothing is unpacked to the disk, so names that point elsewhere reach nothing. */
final class ZipTree implements FileTree {
    private static final int HEAD = 512;

    private final Path path;
    private final ZipReader zip;
    private final Map<String, ZipItem> items = new HashMap<>();

    ZipTree(Path path) {
        this.path = path;
        try {
            checkKind(path);
            this.zip = new ZipReader(path);
        } catch (ArchiveException e) {
            throw refused(path.toString(), e);
        } catch (IOException e) {
            throw FileTree.unreadable(path.toString(), e);
        }
        for (ZipItem item : zip.items()) {
            ZipItem same = items.put(item.name(), item);
            if (same != null && !same.hasContentOf(item) && !ImageFolderLayout.hidden(item.name())) {
                close();
                throw new DataException(describe(item.name()), "is stored twice in the archive, with two contents",
                        "pack the archive anew, with each file once");
            }
        }
    }

    /** Names what is no zip archive as what it is; one behind a program that unpacks it begins with anything. */
    private static void checkKind(Path path) throws IOException {
        DataLinks.checkRegular(path, path.toString());
        byte[] head;
        try (InputStream in = Files.newInputStream(path)) {
            head = in.readNBytes(HEAD);
        }
        if (head.length >= 2 && ((head[0] == 'P' && head[1] == 'K') || (head[0] == 'M' && head[1] == 'Z'))) {
            return;
        }
        FileKind kind = FileKind.of(head);
        if (kind != null) {
            throw new DataException(path.toString(), "is " + kind.title() + ", no folder and no zip archive",
                    kind.archiveRemedy());
        }
        boolean tar = FileKind.isTar(head);
        throw new DataException(path.toString(), tar ? "is a tar archive, no folder and no zip archive"
                : "is no folder and no readable zip archive", tar ? "unpack it and give the folder"
                : "give a folder of images or a zip archive of one");
    }

    private static DataException refused(String name, ArchiveException e) {
        return new DataException(name, String.valueOf(e.getMessage()), e.remedy(), e);
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
        return items.keySet().stream().sorted().toList();
    }

    /** Returns the files of a name in any folder, without those that systems add. */
    List<String> called(String name) {
        return items.keySet().stream()
                .filter(file -> file.equals(name) || file.endsWith("/" + name))
                .filter(file -> !ImageFolderLayout.hidden(file))
                .sorted()
                .toList();
    }

    @Override
    public FileTree again() {
        return new ZipTree(path);
    }

    @Override
    public long size(String file) {
        return item(file).size();
    }

    private ZipItem item(String file) {
        ZipItem item = items.get(file);
        if (item == null) {
            throw new DataException(describe(file), "is gone", "do not change an archive while it is in use");
        }
        return item;
    }

    @Override
    public byte[] read(String file) {
        ZipItem item = item(file);
        byte[] bytes;
        try {
            bytes = zip.read(item, LARGEST_FILE);
        } catch (ArchiveException e) {
            throw refused(describe(file), e);
        } catch (IOException e) {
            throw FileTree.unreadable(describe(file), e);
        }
        if (bytes.length > LARGEST_FILE) {
            throw FileTree.tooLarge(describe(file));
        }
        return bytes;
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
