package dev.gatun.data.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The files below a folder; symbolic links are followed. */
final class FolderTree implements FileTree {
    /** Class, image, and one level more, so that what lies too deep is noticed. */
    private static final int DEPTH = 3;

    /** Of a JPEG, headers, unless it has a profile or a preview, and the marker of its end. */
    private static final int HEAD = 32 << 10;

    private static final int TAIL = 1 << 10;

    private final Path root;

    FolderTree(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return root.toString();
    }

    /** Only where images may lie: a folder that is no data set is told from its top, however much is below it. */
    @Override
    public List<String> names() {
        Set<String> names = new TreeSet<>();
        try {
            Path base = base();
            collect(root, 1, names);
            collect(base, 1, names);
            for (String split : ImageFolderLayout.SPLITS) {
                if (Files.isDirectory(base.resolve(split))) {
                    collect(base.resolve(split), DEPTH, names);
                }
            }
        } catch (IOException e) {
            throw FileTree.unreadable(name(), e);
        } catch (UncheckedIOException e) {
            throw FileTree.unreadable(name(), Objects.requireNonNull(e.getCause()));
        }
        return List.copyOf(names);
    }

    /** The folder that has the splits: this one or, where it holds but one folder, that. */
    private Path base() throws IOException {
        if (Files.isDirectory(root.resolve(ImageFolderLayout.TRAIN))) {
            return root;
        }
        try (Stream<Path> children = Files.list(root)) {
            List<Path> folders = children.filter(path -> Files.isDirectory(path)
                    && !ImageFolderLayout.hidden(root.relativize(path).toString())).limit(2).toList();
            return folders.size() == 1 ? folders.getFirst() : root;
        }
    }

    private void collect(Path folder, int depth, Set<String> names) throws IOException {
        try (Stream<Path> paths = Files.walk(folder, depth, FileVisitOption.FOLLOW_LINKS)) {
            paths.filter(path -> !path.equals(root)).map(this::relative).forEach(names::add);
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
    public byte @Nullable [] readEnds(String file) {
        try (SeekableByteChannel channel = Files.newByteChannel(root.resolve(file))) {
            if (channel.size() <= HEAD + TAIL) {
                return null;
            }
            ByteBuffer ends = ByteBuffer.allocate(HEAD + TAIL).limit(HEAD);
            while (ends.hasRemaining() && channel.read(ends) >= 0) {
                // reads on
            }
            channel.position(channel.size() - TAIL);
            ends.limit(HEAD + TAIL);
            while (ends.hasRemaining() && channel.read(ends) >= 0) {
                // reads on
            }
            return ends.array();
        } catch (IOException e) {
            throw FileTree.unreadable(describe(file), e);
        }
    }

    @Override
    public void close() {}
}
