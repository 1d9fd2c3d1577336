package dev.gatun.io;

/** Thrown when a folder cannot be the folder of a run. The message is one line: folder, cause, remedy. */
public final class RunFolderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception with a one-line message: folder, cause, remedy. */
    public RunFolderException(String message) {
        super(message);
    }

    /** Creates an exception with a one-line message (folder, cause, remedy) and a cause. */
    public RunFolderException(String message, Throwable cause) {
        super(message, cause);
    }
}
