package dev.gatun.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The files below a folder; symbolic links are followed. */
final class FolderTree implements FileTree {
    /** As deep as an image folder goes, and one level more, so that what lies too deep is noticed. */
    private static final int DEPTH = 5;

    private final Path root;

    FolderTree(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return root.toString();
    }

    @Override
    public List<String> names() {
        try (Stream<Path> paths = Files.walk(root, DEPTH, FileVisitOption.FOLLOW_LINKS)) {
            return paths.filter(path -> !path.equals(root)).map(this::relative).sorted().toList();
        } catch (IOException e) {
            throw FileTree.unreadable(name(), e);
        } catch (UncheckedIOException e) {
            throw FileTree.unreadable(name(), new IOException(e.getMessage(), e));
        }
    }

    private String relative(Path path) {
        String name = StreamSupport.stream(root.relativize(path).spliterator(), false)
                .map(Path::toString)
                .collect(Collectors.joining("/"));
        return Files.isDirectory(path) ? name + "/" : name;
    }

    @Override
    public byte[] read(String file) {
        try (InputStream in = Files.newInputStream(root.resolve(file))) {
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
    public void close() {}
}
