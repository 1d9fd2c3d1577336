package dev.gatun.data.image;

import dev.gatun.data.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The files below a folder; symbolic links are followed as {@link DataLinks} says. */
final class FolderTree implements FileTree {
    /** Class, image, and one level more, so that what lies too deep is noticed. */
    private static final int DEPTH = 3;

    /** Of a JPEG, headers, unless it has a profile or a preview, and the marker of its end. */
    private static final int HEAD = 32 << 10;

    private static final int TAIL = 1 << 10;

    private final Path root;
    /** Paths that their names as text do not lead back to: those in another encoding than Java's for file names. */
    private final Map<String, Path> odd;

    FolderTree(Path root) {
        this(root, new HashMap<>());
    }

    private FolderTree(Path root, Map<String, Path> odd) {
        this.root = root;
        this.odd = odd;
    }

    @Override
    public FileTree again() {
        return new FolderTree(root, odd);
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
            paths.filter(path -> !path.equals(root)).forEach(path -> add(path, names));
        }
    }

    private void add(Path path, Set<String> names) {
        DataLinks.check(path, root);
        String name = StreamSupport.stream(root.relativize(path).spliterator(), false)
                .map(Path::toString)
                .collect(Collectors.joining("/"));
        Path other = leadsTo(name, path) ? odd.get(name) : odd.putIfAbsent(name, path);
        if (other != null && !other.equals(path)) {
            throw new DataException(describe(name), "two files have this name, as " + notText(), textRemedy());
        }
        names.add(Files.isDirectory(path) ? name + "/" : name);
    }

    private boolean leadsTo(String name, Path path) {
        try {
            return root.resolve(name).equals(path);
        } catch (InvalidPathException _) { // of characters that the locale's encoding lacks
            return false;
        }
    }

    /** Why a name does not lead back to its file. */
    static String notText() {
        return "names on the disk are not in " + System.getProperty("sun.jnu.encoding")
                + ", as this Java takes them to be";
    }

    /** What to do about it. */
    static String textRemedy() {
        return "UTF-8".equals(System.getProperty("sun.jnu.encoding"))
                ? "rename the files to UTF-8"
                : "start Java in a locale of UTF-8, such as LC_ALL=C.UTF-8";
    }

    private Path path(String file) {
        Path path = odd.get(file);
        return path == null ? root.resolve(file) : path;
    }

    @Override
    public long size(String file) {
        try {
            return Files.size(path(file));
        } catch (IOException e) {
            throw FileTree.unreadable(describe(file), e);
        }
    }

    @Override
    public byte[] read(String file) {
        return read(path(file), describe(file));
    }

    /** The content of a file, which messages call so. */
    static byte[] read(Path path, String name) {
        DataLinks.checkRegular(path, name);
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
            if (bytes.length > LARGEST_FILE) {
                throw FileTree.tooLarge(name);
            }
            return bytes;
        } catch (IOException e) {
            throw FileTree.unreadable(name, e);
        }
    }

    @Override
    public byte @Nullable [] readEnds(String file) {
        DataLinks.checkRegular(path(file), describe(file));
        try (SeekableByteChannel channel = Files.newByteChannel(path(file))) {
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
