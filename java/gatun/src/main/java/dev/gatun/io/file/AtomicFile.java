package dev.gatun.io.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/** Writes files atomically: readers, also after a crash, see the old content or the new, never a mixture. */
public final class AtomicFile {
    private AtomicFile() {}

    /** Writes a text as UTF-8; otherwise as {@link #write(Path, IOConsumer)}. */
    public static void write(Path target, String text) {
        write(target, file -> Files.writeString(file, text));
    }

    /**
     * Writes a file under a temporary name next to the target, then renames it. Missing folders are created. A target
     * that is a device or a pipe, such as {@code /dev/stdout}, is written directly.
     *
     * @param content writes the file at the path it is given
     * @throws StorageException when the disk refuses: the temporary file is gone and an earlier target is untouched.
     *                          Unchecked exceptions of {@code content} pass through with the same effect
     */
    public static void write(Path target, IOConsumer<Path> content) {
        try {
            if (Files.isDirectory(target)) {
                throw new FileAlreadyExistsException(target.toString(), null, "it is a folder");
            }
            if (Files.exists(target) && !Files.isRegularFile(target)) {
                content.accept(target);
            } else {
                // Through a link the file behind it is replaced, and the link stays.
                replace(Files.exists(target) ? target.toRealPath() : target, content);
            }
        } catch (UncheckedIOException e) {
            throw failure(target, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    /** Writes as {@link #write(Path, String)}; a link or a pipe of that name is replaced, not written to. */
    public static void writeOver(Path target, String text) {
        try {
            if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(target.toString(), null, "it is a folder");
            }
            replace(target, file -> Files.writeString(file, text));
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    private static void replace(Path target, IOConsumer<Path> content) throws IOException {
        Files.createDirectories(Disk.parent(target));
        Path partial = Disk.partial(target);
        try {
            content.accept(partial);
            Disk.sync(partial);
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Disk.sync(Disk.parent(target));
        } catch (Throwable e) {
            Disk.deleteAfter(partial, e);
            throw e;
        }
    }

    private static StorageException failure(Path target, IOException cause) {
        return StorageException.writing(target, Files.isRegularFile(target) ? "the earlier file is intact" : "", cause);
    }
}
