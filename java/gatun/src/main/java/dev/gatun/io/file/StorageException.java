package dev.gatun.io.file;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;

/** Thrown when reading or writing files fails. The message is one line: path, cause, what is still intact, remedy. */
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final String remedy;

    private StorageException(String message, String reason, String remedy, IOException cause) {
        super(message, cause);
        this.reason = reason;
        this.remedy = remedy;
    }

    /**
     * Returns the exception for a failed write.
     *
     * @param intact what the failure has not damaged, or the empty string
     */
    public static StorageException writing(Path path, String intact, IOException cause) {
        return of("cannot write " + path, intact, cause);
    }

    /** Returns the exception for a failed read. */
    public static StorageException reading(Path path, IOException cause) {
        return of("cannot read " + path, "", cause);
    }

    private static StorageException of(String action, String intact, IOException cause) {
        String reason = reason(cause);
        String remedy = remedy(reason);
        String middle = intact.isEmpty() ? "" : "; " + intact;
        return new StorageException(action + ": " + reason + middle + "; " + remedy, reason, remedy, cause);
    }

    /** Returns the cause, without path and remedy. */
    public String reason() {
        return reason;
    }

    /** Returns the remedy. */
    public String remedy() {
        return remedy;
    }

    private static String reason(IOException cause) {
        return switch (cause) {
            case NoSuchFileException e -> "no such file or folder: " + e.getFile();
            case AccessDeniedException e -> "permission denied: " + e.getFile();
            case FileAlreadyExistsException e -> "a file is in the way: " + e.getFile();
            case NotDirectoryException e -> "not a folder: " + e.getFile();
            case ClosedByInterruptException _ -> "the thread was interrupted";
            // The reason alone: the full message repeats the path, often that of a temporary file.
            case FileSystemException e when e.getReason() != null -> plain(e.getReason());
            default -> plain(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
        };
    }

    private static String plain(String message) {
        return message.replaceAll("\\s+", " ").replace("No space left on device", "no space left on device");
    }

    private static String remedy(String reason) {
        String lower = reason.toLowerCase(Locale.ROOT);
        if (lower.contains("no space") || lower.contains("quota")) {
            return "free some space or choose a folder on another disk, then try again";
        }
        if (lower.contains("permission denied") || lower.contains("read-only") || lower.contains("not permitted")) {
            return "choose a folder that this user may write, or change its permissions";
        }
        if (lower.contains("symbolic link")) {
            return "put the file itself in its place";
        }
        if (lower.contains("not a regular file")) {
            return "name a regular file";
        }
        if (lower.contains("no such file has more")) {
            return "it is damaged or was not written by Gatun: use another copy of it";
        }
        if (lower.contains("in the way") || lower.contains("not a folder") || lower.contains("not a directory")) {
            return "move it away or choose another path";
        }
        if (lower.contains("no such file")) {
            return "check the path";
        }
        return "check the disk and try again";
    }
}
