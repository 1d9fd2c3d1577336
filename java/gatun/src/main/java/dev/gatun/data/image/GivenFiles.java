package dev.gatun.data.image;

import dev.gatun.data.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Files that were named one by one, or lie below folders, at any depth, or in zip archives that were named. Of folders
 * and archives in the order of their names, without hidden files and what file managers leave behind.
 */
final class GivenFiles implements FileTree {
    /** How zip archives begin, empty ones included. */
    private static final byte[] ZIP = {'P', 'K'};

    private final Map<String, Supplier<byte[]>> contents = new LinkedHashMap<>();
    private final List<ZipTree> archives = new ArrayList<>();

    /**
     * Lists the files. A path that does not exist, a folder or archive that cannot be listed and a folder without files
     * count as one, which cannot be read for that reason.
     */
    GivenFiles(List<Path> paths) {
        boolean complete = false;
        try {
            paths.forEach(this::add);
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    private void add(Path path) {
        try {
            addAll(path);
        } catch (DataException e) {
            put(path.toString(), () -> {
                throw e;
            });
        }
    }

    private void addAll(Path path) {
        if (!Files.exists(path)) {
            throw new DataException(path.toString(), "does not exist", "check the path");
        }
        if (Files.isDirectory(path)) {
            addFolder(path);
        } else if (isZip(path)) {
            addArchive(path);
        } else {
            addFile(path);
        }
    }

    private void addFolder(Path folder) {
        List<Path> files;
        try (Stream<Path> paths = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            files = paths.filter(path -> !path.equals(folder) && !Files.isDirectory(path)
                            && !ImageFolderLayout.hidden(folder.relativize(path).toString()))
                    .sorted().toList();
        } catch (IOException e) {
            throw FileTree.unreadable(folder.toString(), e);
        } catch (UncheckedIOException e) {
            throw FileTree.unreadable(folder.toString(), new IOException(e.getMessage(), e));
        }
        if (files.isEmpty()) {
            throw new DataException(folder.toString(), "there is no image",
                    "name image files, folders of them or zip archives");
        }
        files.forEach(path -> addBelow(path, folder));
    }

    private void addBelow(Path path, Path folder) {
        for (Path part = path; part != null && !part.equals(folder); part = part.getParent()) {
            DataLinks.check(part, folder);
        }
        addFile(path);
    }

    private void addArchive(Path path) {
        ZipTree zip = new ZipTree(path);
        archives.add(zip);
        zip.names().stream().filter(name -> !name.endsWith("/") && !ImageFolderLayout.hidden(name))
                .forEach(name -> put(zip.describe(name), () -> zip.read(name)));
    }

    private void addFile(Path path) {
        put(path.toString(), () -> FolderTree.read(path, path.toString()));
    }

    /** Names that are not in Java's encoding of file names may look alike. */
    private void put(String name, Supplier<byte[]> content) {
        String free = name;
        for (int i = 2; contents.containsKey(free); i++) {
            free = name + " (" + i + ")";
        }
        contents.put(free, content);
    }

    private static boolean isZip(Path path) {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(ZIP.length), ZIP);
        } catch (IOException _) {
            return false; // and cannot be read as an image either, which says why
        }
    }

    @Override
    public String name() {
        return "images";
    }

    @Override
    public List<String> names() {
        return List.copyOf(contents.keySet());
    }

    @Override
    public String describe(String file) {
        return file;
    }

    @Override
    public long size(String file) {
        return read(file).length;
    }

    @Override
    public FileTree again() {
        throw new UnsupportedOperationException("opened once");
    }

    @Override
    public byte[] read(String file) {
        return contents.getOrDefault(file, () -> {
            throw new DataException(file, "is none of the images", "name it");
        }).get();
    }

    @Override
    public void close() {
        archives.forEach(ZipTree::close);
    }
}
