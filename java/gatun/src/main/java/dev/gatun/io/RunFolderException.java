package dev.gatun.io;

/** A folder cannot serve as the folder of a run. The message is one line: folder, cause, remedy. */
public final class RunFolderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a one-line message: folder, cause, remedy. */
    public RunFolderException(String message) {
        super(message);
    }

    /** With a one-line message (folder, cause, remedy) and what led to it. */
    public RunFolderException(String message, Throwable cause) {
        super(message, cause);
    }
}
