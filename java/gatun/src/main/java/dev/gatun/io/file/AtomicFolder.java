package dev.gatun.io.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/**
 * Writes folders atomically. A new folder appears by one rename. To replace a folder takes two, as a file system cannot
 * rename over a folder that holds something: should the process be killed just between them, the earlier folder is
 * found, complete, under {@link #replaced}, and the next write puts it back first.
 */
public final class AtomicFolder {
    private AtomicFolder() {}

    /**
     * Fills a temporary folder next to the target (its name begins with {@code .} and ends with {@code .partial}),
     * forces every file to the disk, and renames it to the target. Missing parents are created.
     *
     * @param content writes the files of the folder at the path it is given
     * @throws StorageException when the disk refuses: the temporary folder is gone and an earlier target is untouched.
     *                          Unchecked exceptions of {@code content} pass through with the same effect
     */
    public static void write(Path target, IOConsumer<Path> content) {
        try {
            Path parent = Disk.parent(target);
            if (Files.exists(target) && !Files.isDirectory(target)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            Files.createDirectories(parent);
            restore(target);
            Path partial = Files.createDirectory(Disk.partial(target));
            try {
                content.accept(partial);
                Disk.syncTree(partial);
                replace(partial, target);
            } catch (Throwable e) {
                Disk.deleteAfter(partial, e);
                throw e;
            }
            Disk.sync(parent);
            // Only now: until the new name is on the disk, the earlier folder may still be needed.
            Disk.delete(replaced(target));
        } catch (UncheckedIOException e) {
            throw failure(target, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    /** Returns the path under which an earlier folder is kept while it is being replaced. */
    public static Path replaced(Path target) {
        return Disk.parent(target).resolve("." + target.getFileName() + ".replaced");
    }

    private static void restore(Path target) throws IOException {
        Path earlier = replaced(target);
        if (!Files.exists(earlier)) {
            return;
        }
        if (Files.exists(target)) {
            Disk.delete(earlier);
        } else {
            Files.move(earlier, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void replace(Path partial, Path target) throws IOException {
        if (!Files.exists(target)) {
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        Path earlier = replaced(target);
        Files.move(target, earlier, StandardCopyOption.ATOMIC_MOVE);
        try {
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (Throwable e) {
            Files.move(earlier, target, StandardCopyOption.ATOMIC_MOVE);
            throw e;
        }
    }

    private static StorageException failure(Path target, IOException cause) {
        return StorageException.writing(target, Files.isDirectory(target) ? "the earlier folder is intact" : "", cause);
    }
}
