package dev.gatun.data.image;

import dev.gatun.data.DataException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files below a folder or within a zip archive, read from any thread. */
interface FileTree extends AutoCloseable {
    /** An encoded image larger than this is refused: the largest photographs are a few times smaller. */
    int LARGEST_FILE = 128 << 20;

    /** Returns a description of the location, for messages. */
    String name();

    /**
     * Returns the names that tell whether this is a data set and which, relative and with {@code /} between their
     * parts; the names of folders end in {@code /}. Sorted.
     */
    List<String> names();

    /** Returns the name of a file in messages. */
    default String describe(String file) {
        return name() + "/" + file;
    }

    /** Returns the bytes of a file's content. */
    long size(String file);

    /** Opens the same files once more, to be closed for themselves. */
    FileTree again();

    /** Returns the content of a file, at most {@link #LARGEST_FILE} bytes of it. */
    byte[] read(String file);

    /** Returns the beginning of a large file and then its end, where that is faster than to read all; else null. */
    default byte @Nullable [] readEnds(String file) {
        return null;
    }

    @Override
    void close();

    /** Opens a folder or, for anything else, a zip archive. */
    static FileTree open(Path path) {
        return Files.isDirectory(path) ? new FolderTree(path) : new ZipTree(path);
    }

    /** Tells of a file that cannot be read. */
    static DataException unreadable(String file, IOException cause) {
        String reason = switch (cause) {
            case NoSuchFileException _ -> "it is gone";
            case AccessDeniedException _ -> "access is denied";
            case FileSystemLoopException _ -> "a symbolic link leads back to a folder above it";
            case FileSystemException e when e.getReason() != null -> e.getReason();
            default -> cause.getMessage() == null || cause.getMessage().equals(file)
                    ? cause.getClass().getSimpleName()
                    : cause.getMessage();
        };
        String remedy = switch (cause) {
            case NoSuchFileException _ -> "do not change the data while they are in use";
            case AccessDeniedException _ -> "give yourself the permission to read it";
            case FileSystemLoopException _ -> "remove the link";
            default -> "check that it is whole and that you may read it";
        };
        return new DataException(file, "cannot be read: " + reason, remedy, cause);
    }

    /** Tells of a file that is too large to be an image. */
    static DataException tooLarge(String file) {
        return new DataException(
                file, "is larger than " + (LARGEST_FILE >> 20) + " MiB", "scale the images down before training");
    }
}
