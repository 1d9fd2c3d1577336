package dev.gatun.io.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** File system operations for atomic writes. */
public final class Disk {
    /** The ending of the names of temporary files and folders. */
    public static final String PARTIAL = ".partial";

    private Disk() {}

    /**
     * Returns the folder that contains a path. A rename is atomic within one file system only, so temporary files are
     * created there.
     */
    public static Path parent(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("cannot write " + path + ": it is the root of the file system");
        }
        return parent;
    }

    /** Returns a name next to the target that no other writer uses. */
    public static Path partial(Path target) {
        return parent(target).resolve("." + target.getFileName() + "." + UUID.randomUUID() + PARTIAL);
    }

    /** Forces a file's bytes, or a folder's entries, to disk. */
    public static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Forces everything below a folder, then the folder itself, to disk. */
    public static void syncTree(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    sync(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException fault) throws IOException {
                if (fault != null) {
                    throw fault;
                }
                sync(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /**
     * Deletes a file, or a folder with its content; links are deleted, not followed. Does nothing if the path does not
     * exist.
     */
    public static void delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException fault) throws IOException {
                if (fault != null) {
                    throw fault;
                }
                Files.delete(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /**
     * Deletes as {@link #delete} does while another failure is handled; a failure of the deletion is added to it as
     * suppressed.
     */
    public static void deleteAfter(Path path, Throwable failure) {
        try {
            delete(path);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
