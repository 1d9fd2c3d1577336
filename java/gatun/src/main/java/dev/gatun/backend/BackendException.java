package dev.gatun.backend;

/** Thrown when a backend is missing or its library fails. The message is one line that names the remedy. */
public class BackendException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception with a one-line message that names the remedy. */
    public BackendException(String message) {
        super(message);
    }

    /** Creates an exception with a one-line message that names the remedy, and a cause. */
    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
