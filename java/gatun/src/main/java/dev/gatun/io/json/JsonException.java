package dev.gatun.io.json;

/** Text is not the JSON that was expected. The message is one line: source, line and column, cause. */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JsonException(String message) {
        super(message);
    }

    JsonException(String message, Throwable cause) {
        super(message, cause);
    }
}
