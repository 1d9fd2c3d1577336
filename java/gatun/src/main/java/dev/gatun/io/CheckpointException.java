package dev.gatun.io;

/** A checkpoint or tensor file cannot be read or written. The message is one line: file, cause, remedy. */
public final class CheckpointException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a one-line message: file, cause, remedy. */
    public CheckpointException(String message) {
        super(message);
    }

    /** With a one-line message (file, cause, remedy) and what led to it. */
    public CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
