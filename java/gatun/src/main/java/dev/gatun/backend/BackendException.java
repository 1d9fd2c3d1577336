package dev.gatun.backend;

/**
 * A backend cannot do what was asked: it is missing, or its library failed. The message is one line with the remedy.
 */
public class BackendException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BackendException(String message) {
        super(message);
    }

    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
