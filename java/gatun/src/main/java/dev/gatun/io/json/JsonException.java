package dev.gatun.io.json;

/** Thrown when a text is not the expected JSON. The message is one line: source, line and column, cause. */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JsonException(String message) {
        super(message);
    }

    JsonException(String message, Throwable cause) {
        super(message, cause);
    }
}
