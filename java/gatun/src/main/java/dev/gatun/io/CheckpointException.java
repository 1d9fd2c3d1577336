package dev.gatun.io;

/** Thrown when a checkpoint or tensor file cannot be read or written. The message is one line: file, cause, remedy. */
public final class CheckpointException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception with a one-line message: file, cause, remedy. */
    public CheckpointException(String message) {
        super(message);
    }

    /** Creates an exception with a one-line message (file, cause, remedy) and a cause. */
    public CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
